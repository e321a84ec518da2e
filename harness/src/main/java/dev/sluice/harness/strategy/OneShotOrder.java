package dev.sluice.harness.strategy;

import dev.sluice.harness.strategy.sets.Loss;
import dev.sluice.harness.sweep.Attribution;
import dev.sluice.harness.sweep.Round;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.scorers.Measure;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Leave one out: measure the cut of each candidate alone, then cut in that order (Shortened LLaMA, arXiv
 * 2402.02834, with perplexity; the ablation "without iteration" of BlockPruner and FinerCut).
 *
 * <p>Cost: {@code n} trials, then one a step. What two cuts do together is not seen.
 */
public final class OneShotOrder extends LearntOrder {
  private final Loss loss;
  private final int rows;
  private List<Attribution> told = List.of();

  /**
   * @param rows of the calibration set that single cuts are measured on
   */
  public OneShotOrder(Measure objective, List<Candidate> pool, int rows) {
    super(pool);
    this.loss = new Loss(objective);
    this.rows = rows;
  }

  @Override
  Optional<Round> lesson() {
    return told.isEmpty() ? Optional.of(new Round.Survey(pool(), rows)) : Optional.empty();
  }

  @Override
  void learn(List<Trial> trials) {
    Map<Candidate, Double> losses = loss.byCandidate(trials);
    told =
        pool().stream()
            .map(c -> new Attribution(c, losses.getOrDefault(c, Double.NaN), Double.NaN))
            .toList();
  }

  @Override
  public List<Attribution> attributions() {
    return told;
  }
}
