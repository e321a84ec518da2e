package dev.sluice.harness.engine;

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
}
