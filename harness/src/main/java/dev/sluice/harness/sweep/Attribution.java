package dev.sluice.harness.sweep;

import dev.sluice.harness.variant.Candidate;

/**
 * What a strategy thinks a candidate is worth: the least is cut first.
 *
 * @param score in the strategy's own unit
 * @param standardError of {@code score}; NaN where it is computed rather than estimated
 */
public record Attribution(Candidate candidate, double score, double standardError) {}
