package dev.sluice.harness.answers;

/**
 * What one variant says of one request.
 *
 * @param logLikelihood of the continuation after the context, nats
 * @param greedy whether greedy decoding would have given the continuation
 */
public record Answer(double logLikelihood, boolean greedy) {}
