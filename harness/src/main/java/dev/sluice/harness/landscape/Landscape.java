package dev.sluice.harness.landscape;

import dev.sluice.harness.sweep.Trial;
import dev.sluice.harness.sweep.Trial.Outcome;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.Score;
import dev.sluice.scorers.statistics.BallMass;
import dev.sluice.scorers.statistics.MixtureRegret;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The variants of a sweep that cut as many sublayers, taken together: how many are near the intact
 * model, and what a mixture of them loses to the best. Trials that were scored to the end alone count,
 * each variant once. An analogy to the Universality Lens, not its theorem.
 */
public final class Landscape {
  private final List<Level> levels = new ArrayList<>();

  /**
   * Variants that cut as many sublayers.
   *
   * @param ball by KL, nats a token; empty where it was not measured
   * @param mixture by nll; empty where it was not measured
   */
  public record Level(int cuts, int variants, Optional<BallMass> ball, Optional<Mixture> mixture) {}

  /**
   * A uniform mixture of a level's variants, in nats a token.
   *
   * @param best the best single variant
   * @param loss of the mixture over all rows in their order
   * @param restartedLoss of the mixture that begins anew with every row; empty where rows differ in
   *     length
   */
  public record Mixture(
      Variant best, double bestLoss, double loss, long tokens, Optional<Double> restartedLoss) {

    /** What the mixture loses to the best variant, nats a token. */
    public double regret() {
      return loss - bestLoss;
    }

    /** The same of the mixture that begins anew; below 0 where it wins. */
    public Optional<Double> restartedRegret() {
      return restartedLoss.map(l -> l - bestLoss);
    }
  }

  /**
   * @param length tokens of a whole row
   */
  public Landscape(List<Trial> trials, int length) {
    Map<Integer, Map<Variant, Trial>> byCuts = new TreeMap<>();
    for (Trial trial : trials) {
      if (trial.outcome() == Outcome.SCORED) {
        byCuts
            .computeIfAbsent(trial.variant().cuts().size(), c -> new LinkedHashMap<>())
            .putIfAbsent(trial.variant(), trial);
      }
    }
    byCuts.forEach((cuts, variants) -> {
      if (variants.size() > 1) {
        List<Trial> members = List.copyOf(variants.values());
        levels.add(new Level(cuts, members.size(), ball(members), mixture(members, length)));
      }
    });
  }

  /** Fewest cuts first; levels of one variant are left out. */
  public List<Level> levels() {
    return levels;
  }

  private static List<Score> scores(List<Trial> members, Measure measure) {
    return members.stream()
        .flatMap(t -> t.scores().stream())
        .filter(s -> s.measure() == measure)
        .toList();
  }

  private static Optional<BallMass> ball(List<Trial> members) {
    List<Score> scores = scores(members, Measure.KL);
    return scores.size() == members.size()
        ? Optional.of(new BallMass(scores.stream().mapToDouble(Score::mean).toArray()))
        : Optional.empty();
  }

  private static Optional<Mixture> mixture(List<Trial> members, int length) {
    List<Score> scores = scores(members, Measure.NLL);
    long tokens = scores.isEmpty() ? 0 : scores.getFirst().count();
    boolean alike = scores.stream().allMatch(s -> s.count() == tokens);
    if (scores.size() != members.size() || !alike || tokens == 0) {
      return Optional.empty();
    }
    MixtureRegret whole =
        MixtureRegret.of(scores.stream().mapToDouble(s -> s.mean() * tokens).toArray());
    return whole.best() < 0
        ? Optional.empty()
        : Optional.of(
            new Mixture(
                members.get(whole.best()).variant(),
                whole.bestLoss() / tokens,
                whole.mixtureLoss() / tokens,
                tokens,
                restarted(scores, tokens, length)));
  }

  /** Rows are kept as means, so that their sums are known only of whole rows. */
  private static Optional<Double> restarted(List<Score> scores, long tokens, int length) {
    int perRow = length - 1;
    boolean whole =
        scores.stream()
            .allMatch(s -> !s.rows().isEmpty() && (long) s.rows().size() * perRow == tokens);
    if (!whole) {
      return Optional.empty();
    }
    double[][] losses =
        scores.stream()
            .map(s -> s.rows().stream().mapToDouble(mean -> mean * perRow).toArray())
            .toArray(double[][]::new);
    return Optional.of(MixtureRegret.restarted(losses).mixtureLoss() / tokens);
  }
}
