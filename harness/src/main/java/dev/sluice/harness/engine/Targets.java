package dev.sluice.harness.engine;

import java.util.Arrays;
import java.util.List;

/**
 * Which next tokens are scored, and after which positions of a batch.
 *
 * <p>Results are laid out as {@code [R][K]}: for each of the R positions as many places as the most
 * tokens that any of them has.
 */
public final class Targets {
  private final int[] positions;
  private final int[][] tokens;
  private final int most;

  /**
   * @param positions in the batch, {@code row * T + t}
   * @param tokens for each position the next tokens to score, at least one
   */
  public Targets(int[] positions, List<int[]> tokens) {
    if (positions.length != tokens.size() || positions.length == 0) {
      throw new IllegalArgumentException(
          positions.length + " positions, tokens for " + tokens.size());
    }
    this.positions = positions.clone();
    this.tokens = tokens.toArray(new int[0][]);
    this.most = tokens.stream().mapToInt(t -> t.length).max().orElse(0);
  }

  /** Where the score of a position's n-th token lies in the results. */
  public int place(int position, int n) {
    return position * most + n;
  }

  /** Scores a variant gets, unused places included. */
  int places() {
    return positions.length * most;
  }

  int count() {
    return positions.length;
  }

  int most() {
    return most;
  }

  long[] positions() {
    return Arrays.stream(positions).asLongStream().toArray();
  }

  /** {@code [R * K]}, unused places filled with token 0. */
  long[] padded() {
    long[] padded = new long[places()];
    for (int r = 0; r < tokens.length; r++) {
      for (int k = 0; k < tokens[r].length; k++) {
        padded[place(r, k)] = tokens[r][k];
      }
    }
    return padded;
  }
}
