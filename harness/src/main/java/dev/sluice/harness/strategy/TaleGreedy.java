package dev.sluice.harness.strategy;

import dev.sluice.harness.strategy.sets.Loss;
import dev.sluice.harness.sweep.Round;
import dev.sluice.harness.sweep.Strategy;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.scorers.Measure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * Greedy search that ends by itself (TALE, arXiv 2510.22767, with {@link Measure#ACCURACY} over blocks):
 * each step measures the cut of every block that is left and cuts the best, as long as the model without
 * it is no worse than the intact model on the same rows.
 *
 * <p>The bound is the intact model's score, not that of the step before: a gain may be spent again. Of
 * equal scores, which are common where rows are few, the first in the order of ties wins; NaN ends the
 * search. Cost: {@code 1 + n + (n - 1) + ...} trials, the last scan without a cut.
 */
public final class TaleGreedy implements Strategy {
  private static final Candidate NOTHING = Candidate.ofAll(List.of());

  private final Loss loss;
  private final List<Candidate> pool;
  private final int rows;
  private final List<Candidate> cut = new ArrayList<>();
  private OptionalDouble intact = OptionalDouble.empty();
  private boolean scanned;
  private boolean ended;

  /**
   * @param pool in the order in which ties are decided
   * @param rows of the calibration set
   */
  public TaleGreedy(Measure objective, List<Candidate> pool, int rows) {
    this.loss = new Loss(objective);
    this.pool = List.copyOf(pool);
    this.rows = rows;
  }

  @Override
  public Optional<Round> ask() {
    List<Candidate> left = left();
    if (ended || left.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        scanned
            ? new Round.Cut(Candidate.union(cut).variant(), left)
            : new Round.Survey(scan(left), rows));
  }

  private List<Candidate> left() {
    return pool.stream().filter(c -> !cut.contains(c)).toList();
  }

  /** What is left without each candidate; in the first scan the intact model as well. */
  private List<Candidate> scan(List<Candidate> left) {
    Stream<Candidate> first = intact.isPresent() ? Stream.empty() : Stream.of(NOTHING);
    return Stream.concat(first, left.stream().map(this::with)).toList();
  }

  private Candidate with(Candidate candidate) {
    return Candidate.union(Stream.concat(cut.stream(), Stream.of(candidate)).toList());
  }

  @Override
  public Optional<Candidate> tell(List<Trial> trials) {
    if (scanned) {
      Candidate best = loss.ranked(left(), trials).getFirst();
      cut.add(best);
      scanned = false;
      return Optional.of(best);
    }
    learn(loss.byCandidate(trials));
    return Optional.empty();
  }

  private void learn(Map<Candidate, Double> losses) {
    if (intact.isEmpty()) {
      intact = OptionalDouble.of(losses.getOrDefault(NOTHING, Double.NaN));
    }
    double best =
        left().stream()
            .mapToDouble(c -> losses.getOrDefault(with(c), Double.NaN))
            .min()
            .orElse(Double.NaN);
    ended = !(best < Double.POSITIVE_INFINITY && best <= intact.getAsDouble());
    scanned = !ended;
  }
}
