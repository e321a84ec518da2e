package dev.sluice.harness.strategy;

import dev.sluice.harness.strategy.sets.Loss;
import dev.sluice.harness.sweep.Attribution;
import dev.sluice.harness.sweep.Round;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.statistics.RunningMoments;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Shapley values by permutations (arXiv 2407.16286): a candidate is worth what its cut adds to the loss
 * after a random set of others, {@code E[L(S + s) - L(S)]}, estimated along seeded permutations with a
 * running standard error; the least is cut first. The values of all candidates sum to the loss of
 * cutting them all, less that of the intact model, in every sample.
 *
 * <p>Cost: {@code n} trials a permutation, then one a step.
 */
public final class ShapleyOrder extends LearntOrder {
  private final Loss loss;
  private final int rows;
  private final int samples;
  private final Random random;
  private final Map<Candidate, RunningMoments> worth = new HashMap<>();
  private List<Candidate> permutation = List.of();
  private int sampled;

  /**
   * How it is estimated.
   *
   * @param samples permutations, at least 1
   * @param rows of the calibration set that they are measured on
   */
  public record Sampling(int samples, int rows, long seed) {}

  public ShapleyOrder(Measure objective, List<Candidate> pool, Sampling sampling) {
    super(pool);
    this.loss = new Loss(objective);
    this.rows = sampling.rows();
    this.samples = sampling.samples();
    this.random = new Random(sampling.seed());
    pool.forEach(c -> worth.put(c, new RunningMoments()));
  }

  @Override
  Optional<Round> lesson() {
    if (sampled == samples) {
      return Optional.empty();
    }
    if (permutation.isEmpty()) {
      permutation = new ArrayList<>(pool());
      Collections.shuffle(permutation, random);
    }
    return Optional.of(new Round.Survey(prefixes(), rows));
  }

  /** Nothing, the first candidate, the first two, ..., all. */
  private List<Candidate> prefixes() {
    List<Candidate> prefixes = new ArrayList<>();
    for (int end = 0; end <= permutation.size(); end++) {
      prefixes.add(Candidate.union(permutation.subList(0, end)));
    }
    return prefixes;
  }

  @Override
  void learn(List<Trial> trials) {
    Map<Candidate, Double> losses = loss.byCandidate(trials);
    List<Candidate> prefixes = prefixes();
    for (int i = 0; i < permutation.size(); i++) {
      double before = losses.getOrDefault(prefixes.get(i), Double.NaN);
      double after = losses.getOrDefault(prefixes.get(i + 1), Double.NaN);
      worth.computeIfAbsent(permutation.get(i), c -> new RunningMoments()).add(after - before);
    }
    sampled++;
    permutation = List.of();
  }

  @Override
  public List<Attribution> attributions() {
    return sampled == 0
        ? List.of()
        : pool().stream()
            .map(c -> attribution(c, worth.getOrDefault(c, new RunningMoments())))
            .toList();
  }

  private static Attribution attribution(Candidate candidate, RunningMoments moments) {
    return new Attribution(candidate, moments.mean(), moments.standardError());
  }
}
