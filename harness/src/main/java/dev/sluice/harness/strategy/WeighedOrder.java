package dev.sluice.harness.strategy;

import dev.sluice.harness.sweep.Attribution;
import dev.sluice.harness.sweep.Round;
import dev.sluice.harness.variant.Candidate;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * The order of numbers that are known before any text is read, such as the magnitude of a candidate's
 * weights (the l1 and l2 criteria of "Reassessing Layer Pruning", arXiv 2411.15558): the smallest is
 * cut first.
 *
 * <p>Cost: one trial a step.
 */
public final class WeighedOrder extends LearntOrder {
  private final ToDoubleFunction<Candidate> weight;
  private List<Attribution> weighed = List.of();

  /**
   * @param weight asked once for each candidate, when the first cut is due
   */
  public WeighedOrder(List<Candidate> pool, ToDoubleFunction<Candidate> weight) {
    super(pool);
    this.weight = weight;
  }

  @Override
  Optional<Round> lesson() {
    return Optional.empty();
  }

  @Override
  public List<Attribution> attributions() {
    if (weighed.isEmpty()) {
      weighed =
          pool().stream()
              .map(c -> new Attribution(c, weight.applyAsDouble(c), Double.NaN))
              .toList();
    }
    return weighed;
  }
}
