package dev.sluice.harness.evaluation;

import java.util.stream.IntStream;

/**
 * Tokens of which the last ones are scored: log P(token | all before it).
 *
 * <p>The last token is scored but never read, so the model computes {@link #inputs()} tokens.
 */
public final class ScoredSequence {
  private final int[] tokens;
  private final int scored;

  /**
   * @param scored of the tokens, at least one, and at most all but the first
   */
  public ScoredSequence(int[] tokens, int scored) {
    if (scored < 1 || scored >= tokens.length) {
      throw new IllegalArgumentException(
          scored + " of " + tokens.length + " tokens cannot be scored");
    }
    this.tokens = tokens.clone();
    this.scored = scored;
  }

  /** Tokens that the model reads. */
  public int inputs() {
    return tokens.length - 1;
  }

  public int scored() {
    return scored;
  }

  /** All tokens, the last one too. */
  public IntStream tokens() {
    return IntStream.of(tokens);
  }

  int token(int place) {
    return tokens[place];
  }

  /** The first input after which a token is scored. */
  int firstScored() {
    return tokens.length - 1 - scored;
  }
}
