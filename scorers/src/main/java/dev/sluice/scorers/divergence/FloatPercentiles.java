package dev.sluice.scorers.divergence;

import java.util.Arrays;

/**
 * Percentiles of float32 values by llama.cpp's rule: the place is {@code fraction (n - 1)} in float32,
 * between two values they are interpolated. A NaN is above all others.
 */
public final class FloatPercentiles {
  private final float[] sorted;

  /**
   * @param values at least one
   */
  public FloatPercentiles(float... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("percentiles of no values");
    }
    sorted = values.clone();
    Arrays.sort(sorted);
  }

  /** The value below which a share of the others lies. */
  public float at(float fraction) {
    if (fraction <= 0) {
      return least();
    }
    if (fraction >= 1) {
      return most();
    }
    float place = fraction * (sorted.length - 1);
    int below = (int) place;
    float rest = place - below;
    return (1 - rest) * sorted[below] + rest * sorted[Math.min(below + 1, sorted.length - 1)];
  }

  /** The value in the middle; of an even number of values the mean of the two there. */
  public float median() {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 0 ? 0.5f * (sorted[middle] + sorted[middle - 1]) : sorted[middle];
  }

  public float least() {
    return sorted[0];
  }

  public float most() {
    return sorted[sorted.length - 1];
  }
}
