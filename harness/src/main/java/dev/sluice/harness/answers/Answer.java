package dev.sluice.harness.answers;

/**
 * What one variant says of one request.
 *
 * @param logLikelihood of the continuation after the context, nats
 * @param greedy whether greedy decoding would have given the continuation
 * @param squares sum over the continuation's tokens of the squares of their log-likelihoods, of which
 *     standard errors are made; NaN of an answer that was kept before they were
 */
public record Answer(double logLikelihood, boolean greedy, double squares) {}
