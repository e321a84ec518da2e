package dev.sluice.harness.evaluation;

import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Direction;
import dev.sluice.scorers.statistics.PairedBound;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Drops variants that can no longer win: those whose mean paired difference from the leader, row by
 * row, is above zero at the asked confidence.
 *
 * <p>The bound is Student's for paired rows, divided among all variants and all looks (Bonferroni),
 * so that the chance of dropping the true winner in one step is at most {@code 1 - confidence} as far
 * as the row differences are near normal and independent.
 *
 * @param confidence of the whole step, above 0.5 and below 1
 * @param looks how often survivors are decided in one step
 * @param direction of the objective
 */
public record Race(double confidence, int looks, Direction direction) {
  /** With fewer rows a standard deviation says little. */
  private static final int FEWEST_ROWS = 4;

  /**
   * The variants that cannot win.
   *
   * @param rows the objective of each row seen so far, for every variant still racing
   */
  Set<Variant> hopeless(Map<Variant, double[]> rows, int variantsInStep) {
    Set<Variant> hopeless = new LinkedHashSet<>();
    int seen = rows.values().stream().mapToInt(r -> r.length).min().orElse(0);
    if (seen < FEWEST_ROWS || rows.size() < 2) {
      return hopeless;
    }
    double sign = direction == Direction.LOWER_IS_BETTER ? 1 : -1;
    double[] leader = leader(rows, sign);
    double each = 1 - (1 - confidence) / ((double) Math.max(1, variantsInStep - 1) * looks);
    rows.forEach((variant, values) -> {
      double lower =
          sign > 0
              ? PairedBound.lower(values, leader, each)
              : PairedBound.lower(leader, values, each);
      if (lower > 0) {
        hopeless.add(variant);
      }
    });
    return hopeless;
  }

  private static double[] leader(Map<Variant, double[]> rows, double sign) {
    double best = Double.POSITIVE_INFINITY;
    double[] leader = rows.values().iterator().next();
    for (double[] values : rows.values()) {
      double mean = 0;
      for (double value : values) {
        mean += sign * value / values.length;
      }
      if (mean < best) {
        best = mean;
        leader = values;
      }
    }
    return leader;
  }
}
