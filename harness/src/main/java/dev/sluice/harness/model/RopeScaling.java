package dev.sluice.harness.model;

/** How the rotary frequencies are stretched beyond the trained context, as config.json gives it. */
public sealed interface RopeScaling {

  /** Frequencies as trained. */
  record None() implements RopeScaling {}

  /** Every position is divided by the factor. */
  record Linear(double factor) implements RopeScaling {}

  /** The base grows once a sequence is longer than the trained context ("dynamic NTK"). */
  record Dynamic(double factor, int originalContext) implements RopeScaling {}

  /** Llama 3.1: long wavelengths are stretched, short ones kept, those between interpolated. */
  record Llama3(double factor, double lowFrequency, double highFrequency, int originalContext)
      implements RopeScaling {}
}
