package dev.sluice.harness.variant;

/**
 * What share of the intact model a variant saves, each from 0 (nothing) to 1 (all), side by side
 * because they differ widely: 16 of Llama-3-8B's 64 sublayers are 8 % to 35 % of its parameters.
 *
 * @param sublayers cut sublayers over all sublayers: what papers call the ratio
 * @param blocks blocks of which both sublayers are cut, over all blocks
 * @param parameters parameters of the cut sublayers, their norms included, over all parameters of
 *     the model; a tied head counts once
 * @param flops multiply-adds per token of the cut sublayers over the model's, head included, for a
 *     sequence of the length that the sweep uses
 * @param kvCache bytes of keys and values that need not be kept
 */
public record Reduction(
    double sublayers, double blocks, double parameters, double flops, double kvCache) {}
