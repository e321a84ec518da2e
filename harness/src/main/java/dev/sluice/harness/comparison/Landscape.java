package dev.sluice.harness.comparison;

import dev.sluice.scorers.statistics.BallMass;
import dev.sluice.scorers.statistics.MixtureRegret;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The variants of a comparison taken together, as an analogy to the Universality Lens, not its theorem:
 * a mixture of them as one predictor, and how many are near the baseline.
 *
 * @param mixtures on every main task of texts or continuations
 * @param balls on every main task with choices
 */
public record Landscape(List<Mixture> mixtures, List<Ball> balls) {
  public Landscape {
    mixtures = List.copyOf(mixtures);
    balls = List.copyOf(balls);
  }

  /**
   * A uniform mixture of all variants, the baseline among them.
   *
   * @param items that all were asked
   * @param tokens scored in them
   * @param best the best single variant
   * @param bestLoss its loss, nats a token
   * @param loss of the mixture over all items in their order, nats a token
   * @param restartedLoss of the mixture that begins anew with every item
   */
  public record Mixture(
      String task,
      int variants,
      long items,
      long tokens,
      String best,
      double bestLoss,
      double loss,
      double restartedLoss) {

    /** What the mixture loses to the best variant, nats a token. */
    public double regret() {
      return loss - bestLoss;
    }

    /** The same of the mixture that begins anew. */
    public double restartedRegret() {
      return restartedLoss - bestLoss;
    }
  }

  /**
   * The share of the variants but the baseline within a divergence of the baseline's choices.
   *
   * @param points nats an item, and the share's weight
   */
  public record Ball(String task, int variants, List<BallMass.Point> points) {
    public Ball {
      points = List.copyOf(points);
    }
  }

  static Landscape of(
      List<Unit> units, List<String> labels, List<Comparison.Divergence> divergences) {
    List<Mixture> mixtures = new ArrayList<>();
    units.forEach(unit -> mixture(unit, labels).ifPresent(mixtures::add));
    List<Ball> balls = new ArrayList<>();
    divergences.stream()
        .collect(
            Collectors.groupingBy(
                Comparison.Divergence::task,
                LinkedHashMap::new,
                Collectors.mapping(Comparison.Divergence::mean, Collectors.toList())))
        .forEach((task, means) -> {
          double[] values = means.stream().mapToDouble(Double::doubleValue).toArray();
          if (values.length > 1) {
            balls.add(new Ball(task, values.length, new BallMass(values).curve()));
          }
        });
    return new Landscape(mixtures, balls);
  }

  private static Optional<Mixture> mixture(Unit unit, List<String> labels) {
    if (labels.size() < 2 || !unit.measured().contains(Measured.LOG_LIKELIHOOD)) {
      return Optional.empty();
    }
    Predicate<Unit.Common> byAll =
        c -> labels.stream().allMatch(label -> c.part().has(label, c.doc()));
    List<Unit.Common> items =
        unit.common(labels.getFirst(), labels.get(1)).stream().filter(byAll).toList();
    if (items.isEmpty()) {
      return Optional.empty();
    }
    double[][] losses = new double[labels.size()][items.size()];
    long tokens = 0;
    for (int i = 0; i < items.size(); i++) {
      for (int v = 0; v < labels.size(); v++) {
        Outcome outcome = items.get(i).part().of(labels.get(v), items.get(i).doc());
        losses[v][i] = -Arrays.stream(outcome.logLikelihoods()).sum();
      }
      tokens += items.get(i).part().of(labels.getFirst(), items.get(i).doc()).tokens();
    }
    return Optional.of(mixture(unit.name(), labels, losses, tokens));
  }

  private static Mixture mixture(String task, List<String> labels, double[][] losses, long tokens) {
    MixtureRegret whole =
        MixtureRegret.of(
            IntStream.range(0, losses.length)
                .mapToDouble(v -> Arrays.stream(losses[v]).sum())
                .toArray());
    return new Mixture(
        task,
        labels.size(),
        losses[0].length,
        tokens,
        whole.best() < 0 ? "" : labels.get(whole.best()),
        whole.bestLoss() / tokens,
        whole.mixtureLoss() / tokens,
        MixtureRegret.restarted(losses).mixtureLoss() / tokens);
  }
}
