package dev.sluice.harness.evaluation;

import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Direction;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.Score;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Drops variants that certainly cannot win: those that would lose to a score which another variant
 * has already, whatever the prompts that are left give.
 *
 * <p>It rests on the measures' ranges: none has values below 0, and where higher is better none is
 * above 1. The winner is the one of a full evaluation, ties with it are never dropped.
 *
 * @param toBeat a final score of the objective; NaN drops nothing
 * @param values over how many the final mean is taken
 */
public record SoundRace(double toBeat, long values) implements Race {
  /** Rounding in float32 can bring a divergence of equal distributions this far below 0. */
  private static final double ROUNDING = 1e-5;

  /** A race against a score on these batches. */
  public static SoundRace on(List<TokenBatch> batches, Measure objective, double toBeat) {
    return new SoundRace(
        toBeat, batches.stream().mapToLong(b -> RunningScores.count(objective, b)).sum());
  }

  @Override
  public Set<Variant> hopeless(Map<Variant, Score> racing) {
    Set<Variant> hopeless = new LinkedHashSet<>();
    racing.forEach((variant, score) -> {
      if (loses(score)) {
        hopeless.add(variant);
      }
    });
    return hopeless;
  }

  private boolean loses(Score soFar) {
    double sum = soFar.mean() * soFar.count();
    double left = values - soFar.count();
    return soFar.measure().direction() == Direction.LOWER_IS_BETTER
        ? sum / values > toBeat + ROUNDING
        : (sum + left) / values < toBeat - ROUNDING;
  }
}
