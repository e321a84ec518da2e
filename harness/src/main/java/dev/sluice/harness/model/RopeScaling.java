package dev.sluice.harness.model;

import java.util.List;

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

  /**
   * LongRoPE (Phi-3): each frequency is divided by a factor of its own, from one list up to the
   * trained context and from another beyond it.
   *
   * @param magnitude factor of the rotated queries and keys
   */
  record LongRope(
      List<Double> shortFactors, List<Double> longFactors, int originalContext, double magnitude)
      implements RopeScaling {

    public LongRope {
      shortFactors = List.copyOf(shortFactors);
      longFactors = List.copyOf(longFactors);
    }
  }
}
