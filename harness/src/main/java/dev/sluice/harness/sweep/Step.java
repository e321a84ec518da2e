package dev.sluice.harness.sweep;

import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Reduction;
import dev.sluice.harness.variant.Variant;

/**
 * One decision of a search: what is cut at one more ratio.
 *
 * @param number from 1
 * @param committed what was cut in this step: more than was cut before, or a set of its own
 * @param variant all that is cut after it
 * @param score of the plan's objective for {@code variant}
 * @param reduction of {@code variant}
 */
public record Step(
    int number, Candidate committed, Variant variant, double score, Reduction reduction) {}
