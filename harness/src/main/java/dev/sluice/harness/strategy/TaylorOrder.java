package dev.sluice.harness.strategy;

import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.sweep.Attribution;
import dev.sluice.harness.sweep.Round;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.scorers.TaylorScores;
import java.util.List;
import java.util.Optional;

/**
 * The Taylor criterion (LLM-Pruner's, on whole layers in "Reassessing Layer Pruning", arXiv
 * 2411.15558): {@code sum |w dL/dw|} over a candidate's weights, L being the mean loss of the
 * calibration set; the smallest is cut first. A block has the sum of its sublayers'.
 *
 * <p>Cost: one pass forward and one back, and one trial a step.
 */
public final class TaylorOrder extends LearntOrder {
  private Optional<TaylorScores> told = Optional.empty();

  public TaylorOrder(List<Candidate> pool) {
    super(pool);
  }

  @Override
  Optional<Round> lesson() {
    return told.isPresent() ? Optional.empty() : Optional.of(new Round.Gradients());
  }

  @Override
  public void tell(TaylorScores scores) {
    told = Optional.of(scores);
  }

  @Override
  public List<Attribution> attributions() {
    return told.map(scores ->
            pool().stream().map(c -> new Attribution(c, of(scores, c), Double.NaN)).toList())
        .orElse(List.of());
  }

  private static double of(TaylorScores scores, Candidate candidate) {
    return candidate.sublayers().stream()
        .mapToInt(Sublayer::index)
        .mapToDouble(p -> scores.scores().get(p))
        .sum();
  }
}
