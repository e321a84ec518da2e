package dev.sluice.harness.evaluation;

import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Direction;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.Score;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Drops variants that certainly cannot win: those that would lose to a score which another variant
 * has already, whatever the prompts that are left give.
 *
 * <p>It rests on the measures' ranges: none has values below {@link Measure#least}, and where higher is
 * better none is above 1. The winner is the one of a full evaluation, ties with it are never dropped.
 *
 * @param toBeat a final score of the objective; empty or NaN drops nothing
 * @param values over how many the final mean is taken
 */
public record SoundRace(OptionalDouble toBeat, long values) implements Race {
  /** Rounding in float32 can bring a divergence of equal distributions this far below 0. */
  private static final double ROUNDING = 1e-5;

  /** A race on these batches. */
  public static SoundRace on(List<TokenBatch> batches, Measure objective, OptionalDouble toBeat) {
    return new SoundRace(
        toBeat, batches.stream().mapToLong(b -> RunningScores.count(objective, b)).sum());
  }

  /** The race against the better of the score to beat and this one. */
  SoundRace against(Score score) {
    return toBeat.isEmpty() || isBetter(score, score.mean(), toBeat.getAsDouble())
        ? new SoundRace(OptionalDouble.of(score.mean()), values)
        : this;
  }

  private static boolean isBetter(Score score, double mean, double than) {
    return score.measure().direction() == Direction.LOWER_IS_BETTER ? mean < than : mean > than;
  }

  /** The variant that leads; it alone may be worth a final score before the others go on. */
  static Variant leader(Map<Variant, Score> racing) {
    Variant leader = racing.keySet().iterator().next();
    double best = Double.NaN;
    for (Map.Entry<Variant, Score> entry : racing.entrySet()) {
      double mean = entry.getValue().mean();
      if (Double.isNaN(best) || isBetter(entry.getValue(), mean, best)) {
        leader = entry.getKey();
        best = mean;
      }
    }
    return leader;
  }

  @Override
  public Set<Variant> hopeless(Map<Variant, Score> racing) {
    Set<Variant> hopeless = new LinkedHashSet<>();
    racing.forEach((variant, score) -> {
      if (toBeat.isPresent() && loses(score, toBeat.getAsDouble())) {
        hopeless.add(variant);
      }
    });
    return hopeless;
  }

  private boolean loses(Score soFar, double best) {
    double sum = soFar.mean() * soFar.count();
    double left = values - soFar.count();
    if (left <= 0) {
      // Its score is whole: nothing is saved any more.
      return false;
    }
    return soFar.measure().direction() == Direction.LOWER_IS_BETTER
        ? (sum + left * soFar.measure().least()) / values > best + ROUNDING
        : (sum + left) / values < best - ROUNDING;
  }
}
