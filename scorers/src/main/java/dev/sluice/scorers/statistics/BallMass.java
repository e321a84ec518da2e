package dev.sluice.scorers.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How many of a set of variants are within a Kullback-Leibler ball around the intact model: the share of
 * them with {@code KL(intact || variant) <= radius}, and its weight {@code -log(share)}, nats. A low
 * weight at a small radius says that much can be done to the model at little cost. An analogy to
 * the Universality Lens (2025), not its theorem: the prior is the set of variants that were scored.
 */
public final class BallMass {
  private final double[] sorted;

  /**
   * A point at which the share grows.
   *
   * @param weight {@code -log(share)}, nats
   */
  public record Point(double radius, double share, double weight) {}

  /**
   * @param divergences of each variant, at least one; NaN is outside every ball
   */
  public BallMass(double... divergences) {
    if (divergences.length == 0) {
      throw new IllegalArgumentException("the mass of no variants");
    }
    sorted = divergences.clone();
    Arrays.sort(sorted);
  }

  /** The share of variants within a radius. */
  public double share(double radius) {
    return (double) Arrays.stream(sorted).filter(d -> d <= radius).count() / sorted.length;
  }

  /** {@code -log(share)}, nats; infinite where there are none. */
  public double weight(double radius) {
    return weightOf(share(radius));
  }

  /** The whole curve: a point for each divergence, smallest first; constant between them. */
  public List<Point> curve() {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < sorted.length; i++) {
      boolean last = i == sorted.length - 1 || sorted[i + 1] != sorted[i];
      if (last && !Double.isNaN(sorted[i])) {
        double share = (i + 1.0) / sorted.length;
        points.add(new Point(sorted[i], share, weightOf(share)));
      }
    }
    return points;
  }

  private static double weightOf(double share) {
    return share == 1 ? 0 : -Math.log(share);
  }
}
