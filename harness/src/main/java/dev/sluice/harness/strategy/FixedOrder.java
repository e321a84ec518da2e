package dev.sluice.harness.strategy;

import dev.sluice.harness.sweep.Strategy;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.harness.variant.Candidate;
import java.util.List;
import java.util.Optional;

/** Cuts in an order that no score changes: one candidate a step. */
abstract class FixedOrder implements Strategy {
  private final List<Candidate> order;
  private int next;

  FixedOrder(List<Candidate> order) {
    this.order = List.copyOf(order);
  }

  @Override
  public List<Candidate> ask() {
    return next < order.size() ? List.of(order.get(next)) : List.of();
  }

  @Override
  public Optional<Candidate> tell(List<Trial> trials) {
    return Optional.of(order.get(next++));
  }
}
