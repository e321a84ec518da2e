package dev.sluice.harness.strategy;

import dev.sluice.harness.sweep.Round;
import dev.sluice.harness.sweep.Strategy;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Variant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Control: every so many candidates one is cut (LayerDrop, arXiv 1909.11556): of {@code n}, those at
 * {@code floor(i n / k)}. Where {@code k} divides {@code n} that is LayerDrop's rule, depth {@code mod
 * n/k = 0}; for other {@code k} its rule would miss the number. Not nested.
 *
 * <p>Cost: one trial a step.
 */
public final class EvenlySpaced implements Strategy {
  private final List<Candidate> pool;
  private int cut;

  /**
   * @param pool in the order of execution
   */
  public EvenlySpaced(List<Candidate> pool) {
    this.pool = List.copyOf(pool);
  }

  @Override
  public Optional<Round> ask() {
    return cut < pool.size()
        ? Optional.of(new Round.Cut(Variant.intact(), List.of(spaced(cut + 1))))
        : Optional.empty();
  }

  private Candidate spaced(int many) {
    return Candidate.union(
        IntStream.range(0, many)
            .mapToObj(i -> pool.get((int) ((long) i * pool.size() / many)))
            .toList());
  }

  @Override
  public Optional<Candidate> tell(List<Trial> trials) {
    cut++;
    return trials.stream().map(Trial::candidate).findFirst();
  }
}
