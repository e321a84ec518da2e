package dev.sluice.harness.strategy;

import dev.sluice.harness.plan.SweepPlan.CandidateKind;
import dev.sluice.harness.plan.SweepPlan.TieOrder;
import dev.sluice.harness.sweep.Strategy;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.scorers.Direction;
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
 */
public final class FinerCutGreedy implements Strategy {
  private final Measure objective;
  private final List<Candidate> pool;
  private final int excludedBlocks;
  private final int excludedUntil;
  private final List<Candidate> cut = new ArrayList<>();

  /**
   * The search space.
   *
   * @param exclude share of sublayers for the front exclusion; empty for none
   */
  public record Space(
      int blocks, CandidateKind candidates, TieOrder ties, OptionalDouble exclude) {}

  public FinerCutGreedy(Measure objective, Space space) {
    this.objective = objective;
    this.pool = CandidatePool.of(space.blocks(), space.candidates(), space.ties());
    int sublayers = 2 * space.blocks();
    double share = space.exclude().orElse(0);
    boolean excluding = space.exclude().isPresent();
    this.excludedBlocks = excluding ? (int) (sublayers * share / 2) + 1 : 0;
    this.excludedUntil = excluding ? (int) (sublayers * share) + 1 : 0;
  }

  @Override
  public List<Candidate> ask() {
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
    Candidate best = null;
    double bestScore = Double.POSITIVE_INFINITY;
    for (Candidate candidate : ask()) {
      double score = cost(candidate, trials);
      if (score < bestScore) {
        best = candidate;
        bestScore = score;
      }
    }
    Optional<Candidate> chosen = Optional.ofNullable(best);
    chosen.ifPresent(cut::add);
    return chosen;
  }

  /** The objective, turned so that less is better; NaN for a trial that takes no part. */
  private double cost(Candidate candidate, List<Trial> trials) {
    Trial trial =
        trials.stream()
            .filter(t -> t.candidate().equals(candidate))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no trial of " + candidate));
    double sign = objective.direction() == Direction.LOWER_IS_BETTER ? 1 : -1;
    return trial.outcome() == Trial.Outcome.SCORED
        ? sign * trial.mean(objective).orElse(Double.NaN)
        : Double.NaN;
  }
}
