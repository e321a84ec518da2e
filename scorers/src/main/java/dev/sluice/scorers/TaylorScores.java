package dev.sluice.scorers;

import java.util.List;

/**
 * First-order estimates of what the loss would lose with each sublayer's weights.
 *
 * @param predictions tokens that were predicted
 * @param loss mean {@code -log Q(y)} over them, nats
 * @param scores {@code sum |w dL/dw|} over the linear weights of each sublayer in the order of
 *     execution, {@code L} being the mean loss over all prompts; small is unimportant
 */
public record TaylorScores(long predictions, double loss, List<Double> scores) {
  public TaylorScores {
    scores = List.copyOf(scores);
  }
}
