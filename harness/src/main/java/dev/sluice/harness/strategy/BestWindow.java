package dev.sluice.harness.strategy;

import dev.sluice.harness.sweep.Round;
import dev.sluice.harness.sweep.Strategy;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.DepthProfile;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * For each number of blocks the contiguous window that changes the hidden states least. The windows
 * need not lie within one another.
 *
 * <p>Cost: one forward pass of the calibration set, and one trial a step.
 */
public final class BestWindow implements Strategy {

  /** How far the state behind a window is from the state before it. */
  public enum Distance {
    /**
     * {@code arccos(cos(x_p, x_q)) / pi} at each row's last token (Gromov et al., arXiv 2403.17887);
     * FinerCut's own version of it takes the mean over all tokens instead.
     */
    ANGULAR {
      @Override
      double of(DepthProfile profile, int from, int blocks) {
        return profile.angularDistance(from, blocks);
      }
    },
    /** {@code 1 - E[cos(x_p, x_q)]} over all tokens (LLM-Streamline, arXiv 2403.19135). */
    COSINE {
      @Override
      double of(DepthProfile profile, int from, int blocks) {
        return 1 - profile.cosineOver(from, blocks);
      }
    };

    /** Over so many blocks from one on. */
    abstract double of(DepthProfile profile, int from, int blocks);
  }

  private final Distance distance;
  private final int blocks;
  private Optional<DepthProfile> told = Optional.empty();
  private int cut;

  public BestWindow(Distance distance, int blocks) {
    this.distance = distance;
    this.blocks = blocks;
  }

  @Override
  public Optional<Round> ask() {
    if (told.isEmpty()) {
      return Optional.of(new Round.Profile());
    }
    return cut < blocks
        ? Optional.of(new Round.Cut(Variant.intact(), List.of(window(told.orElseThrow(), cut + 1))))
        : Optional.empty();
  }

  private Candidate window(DepthProfile profile, int length) {
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int from = 0; from + length <= blocks; from++) {
      double d = distance.of(profile, from, length);
      if (d < least) {
        best = from;
        least = d;
      }
    }
    return Candidate.union(
        IntStream.range(best, best + length).mapToObj(Candidate::ofBlock).toList());
  }

  @Override
  public Optional<Candidate> tell(List<Trial> trials) {
    cut++;
    return trials.stream().map(Trial::candidate).findFirst();
  }

  @Override
  public void tell(DepthProfile profile) {
    told = Optional.of(profile);
  }
}
