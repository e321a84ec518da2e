package dev.sluice.harness.sweep;

import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Reduction;
import dev.sluice.harness.variant.Variant;

/**
 * One decision of a search: a candidate that is cut for good.
 *
 * @param number from 1
 * @param committed what was cut in this step
 * @param variant all that is cut after it
 * @param score of the plan's objective for {@code variant}
 * @param reduction of {@code variant}
 */
public record Step(
    int number, Candidate committed, Variant variant, double score, Reduction reduction) {}
