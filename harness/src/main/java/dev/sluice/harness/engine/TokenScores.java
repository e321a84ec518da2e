package dev.sluice.harness.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What one variant says of {@link Targets}, by their places. */
public final class TokenScores {
  private final float[] logLikelihoods;
  private final float[] greedy;

  /** The arrays are taken over. */
  TokenScores(float[] logLikelihoods, float[] greedy) {
    this.logLikelihoods = logLikelihoods;
    this.greedy = greedy;
  }

  /** Natural logarithm of the token's probability, in float32. */
  public float logLikelihood(int place) {
    return logLikelihoods[place];
  }

  /** Whether the token is the likeliest of all, the first of equals. */
  public boolean greedy(int place) {
    return greedy[place] != 0;
  }

  /**
   * @param flat {@code [members][2][places]}: log-probabilities, then whether each is the greedy choice
   */
  static List<TokenScores> of(float[] flat, int places) {
    List<TokenScores> scores = new ArrayList<>();
    for (int from = 0; from < flat.length; from += 2 * places) {
      scores.add(
          new TokenScores(
              Arrays.copyOfRange(flat, from, from + places),
              Arrays.copyOfRange(flat, from + places, from + 2 * places)));
    }
    return scores;
  }
}
