package dev.sluice.harness.strategy;

import dev.sluice.harness.sweep.Attribution;
import dev.sluice.harness.sweep.Round;
import dev.sluice.harness.sweep.Strategy;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Variant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Learns what each candidate is worth, then cuts in that order, the least first, one candidate a step.
 * Of equal worth the first of the pool comes first; what has no worth, NaN, comes last.
 */
abstract class LearntOrder implements Strategy {
  private final List<Candidate> pool;
  private List<Candidate> order = List.of();
  private Variant cut = Variant.intact();
  private int next;

  /**
   * @param pool the candidates, in the order in which ties are decided
   */
  LearntOrder(List<Candidate> pool) {
    this.pool = List.copyOf(pool);
  }

  final List<Candidate> pool() {
    return pool;
  }

  /** What is still to be learnt; empty once the order is known. */
  abstract Optional<Round> lesson();

  /** Learn a survey that {@link #lesson()} asked for. */
  void learn(List<Trial> trials) {
    throw new IllegalStateException("no survey was asked for");
  }

  @Override
  public final Optional<Round> ask() {
    return lesson().or(this::cut);
  }

  private Optional<Round> cut() {
    if (order.isEmpty()) {
      order =
          attributions().stream()
              .sorted(Comparator.comparingDouble(Attribution::score))
              .map(Attribution::candidate)
              .toList();
    }
    return next < order.size()
        ? Optional.of(new Round.Cut(cut, List.of(order.get(next))))
        : Optional.empty();
  }

  @Override
  public final Optional<Candidate> tell(List<Trial> trials) {
    if (lesson().isPresent()) {
      learn(trials);
      return Optional.empty();
    }
    Candidate chosen = order.get(next++);
    cut = cut.and(chosen.sublayers());
    return Optional.of(chosen);
  }

  /** One for each candidate of the pool, in its order. */
  @Override
  public abstract List<Attribution> attributions();
}
