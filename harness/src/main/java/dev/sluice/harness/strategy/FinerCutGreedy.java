package dev.sluice.harness.strategy;

import dev.sluice.harness.strategy.sets.Loss;
import dev.sluice.harness.sweep.Round;
import dev.sluice.harness.sweep.Strategy;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.scorers.Measure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Greedy search by sublayer on the divergence of the output (FinerCut, arXiv 2405.18218): cut, one
 * after another, {@code argmin_s D(intact, model without cut + {s})}, always against the intact
 * model.
 *
 * <p>Cost: {@code n + (n - 1) + ...} trials. The front exclusion is the released code's: with share
 * {@code x} of {@code N} sublayers, the first {@code floor(N x / 2) + 1} blocks are no candidates
 * until {@code floor(N x) + 1} sublayers are cut, or until nothing else is left; share 0 still
 * excludes block 0. Without a share there is no exclusion. Of equal scores the first in the order of
 * ties wins; NaN never wins.
 *
 * <p>With {@link Measure#NLL}, and therefore perplexity, and without exclusion this is BlockPruner's
 * search over sublayers (arXiv 2406.10594), and over blocks SLEB's (arXiv 2402.09025); with {@link
 * Measure#CKA} it is the loop of arXiv 2405.17081 without its fine-tuning.
 */
public final class FinerCutGreedy implements Strategy {
  private static final double NEVER = Double.POSITIVE_INFINITY;

  private final Loss loss;
  private final List<Candidate> pool;
  private final int excludedBlocks;
  private final int excludedUntil;
  private final List<Candidate> cut = new ArrayList<>();

  /**
   * What of the model's front is no candidate at first.
   *
   * @param blocks of the model
   * @param exclude share of sublayers; empty for none
   */
  public record Front(int blocks, OptionalDouble exclude) {}

  /**
   * @param pool in the order of ties
   */
  public FinerCutGreedy(Measure objective, List<Candidate> pool, Front front) {
    this.loss = new Loss(objective);
    this.pool = List.copyOf(pool);
    int sublayers = 2 * front.blocks();
    double share = front.exclude().orElse(0);
    boolean excluding = front.exclude().isPresent();
    this.excludedBlocks = excluding ? (int) (sublayers * share / 2) + 1 : 0;
    this.excludedUntil = excluding ? (int) (sublayers * share) + 1 : 0;
  }

  @Override
  public Optional<Round> ask() {
    List<Candidate> candidates = candidates();
    return candidates.isEmpty()
        ? Optional.empty()
        : Optional.of(new Round.Cut(Candidate.union(cut).variant(), candidates));
  }

  private List<Candidate> candidates() {
    List<Candidate> left = pool.stream().filter(c -> !cut.contains(c)).toList();
    int sublayersCut = cut.stream().mapToInt(c -> c.sublayers().size()).sum();
    if (sublayersCut >= excludedUntil) {
      return left;
    }
    List<Candidate> behind =
        left.stream().filter(c -> c.sublayers().getFirst().block() >= excludedBlocks).toList();
    return behind.isEmpty() ? left : behind;
  }

  @Override
  public Optional<Candidate> tell(List<Trial> trials) {
    Candidate best = loss.ranked(candidates(), trials).getFirst();
    Optional<Candidate> chosen =
        Optional.of(best).filter(c -> loss.byCandidate(trials).getOrDefault(c, NEVER) < NEVER);
    chosen.ifPresent(cut::add);
    return chosen;
  }
}
