package dev.sluice.harness.strategy;

import dev.sluice.harness.sweep.Round;
import dev.sluice.harness.sweep.Strategy;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Variant;
import java.util.List;
import java.util.Optional;

/** Cuts in an order that no score changes: one candidate a step. */
public abstract sealed class FixedOrder implements Strategy permits RandomOrder, ReverseOrder {
  private final List<Candidate> order;
  private Variant cut = Variant.intact();
  private int next;

  FixedOrder(List<Candidate> order) {
    this.order = List.copyOf(order);
  }

  /** The first candidates of the order. */
  public final List<Candidate> first(int candidates) {
    return order.subList(0, candidates);
  }

  @Override
  public Optional<Round> ask() {
    return next < order.size()
        ? Optional.of(new Round.Cut(cut, List.of(order.get(next))))
        : Optional.empty();
  }

  @Override
  public Optional<Candidate> tell(List<Trial> trials) {
    Candidate chosen = order.get(next++);
    cut = cut.and(chosen.sublayers());
    return Optional.of(chosen);
  }
}
