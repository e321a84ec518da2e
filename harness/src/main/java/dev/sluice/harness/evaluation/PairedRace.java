package dev.sluice.harness.evaluation;

import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Direction;
import dev.sluice.scorers.Score;
import dev.sluice.scorers.statistics.PairedBound;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Drops variants that most likely cannot win: those whose mean paired difference from the leader, row
 * by row, is above zero at the asked confidence.
 *
 * <p>The bound is Student's for paired rows, divided among all variants and all looks (Bonferroni),
 * so that the chance of dropping the true winner in one step is at most {@code 1 - confidence} as far
 * as the row differences are near normal and independent.
 *
 * @param confidence of the whole step, above 0.5 and below 1
 * @param looks how often survivors are decided in one step
 * @param variants among how many the step decides
 */
public record PairedRace(double confidence, int looks, int variants) implements Race {
  /** With fewer rows a standard deviation says little. */
  private static final int FEWEST_ROWS = 4;

  @Override
  public Set<Variant> hopeless(Map<Variant, Score> racing) {
    Set<Variant> hopeless = new LinkedHashSet<>();
    int seen = racing.values().stream().mapToInt(s -> s.rows().size()).min().orElse(0);
    if (seen < FEWEST_ROWS || racing.size() < 2) {
      return hopeless;
    }
    double each = 1 - (1 - confidence) / ((double) Math.max(1, variants - 1) * looks);
    double[] leader = leader(racing);
    racing.forEach((variant, score) -> {
      double lower =
          sign(score) > 0
              ? PairedBound.lower(rows(score), leader, each)
              : PairedBound.lower(leader, rows(score), each);
      if (lower > 0) {
        hopeless.add(variant);
      }
    });
    return hopeless;
  }

  private static double[] leader(Map<Variant, Score> racing) {
    double best = Double.POSITIVE_INFINITY;
    double[] leader = rows(racing.values().iterator().next());
    for (Score score : racing.values()) {
      double mean = 0;
      for (double value : score.rows()) {
        mean += sign(score) * value / score.rows().size();
      }
      if (mean < best) {
        best = mean;
        leader = rows(score);
      }
    }
    return leader;
  }

  private static double sign(Score score) {
    return score.measure().direction() == Direction.LOWER_IS_BETTER ? 1 : -1;
  }

  private static double[] rows(Score score) {
    return score.rows().stream().mapToDouble(Double::doubleValue).toArray();
  }
}
