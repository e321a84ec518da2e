package dev.sluice.harness.engine;

import java.util.Arrays;

/**
 * Token sequences that share prefixes, laid out in one row: every node is one token that is computed
 * once, and attends to its ancestors alone. Several roots stand side by side. Parents come before
 * their children, a subtree lies in one piece.
 */
public final class TokenTree {
  private final int[] tokens;
  private final int[] depths;
  private final int[] ends;

  /**
   * All arguments have one entry a node and stay as they are.
   *
   * @param depths position of each token in its sequences, from 0
   * @param ends place behind each node's subtree
   */
  public TokenTree(int[] tokens, int[] depths, int[] ends) {
    this.tokens = tokens.clone();
    this.depths = depths.clone();
    this.ends = ends.clone();
    for (int i = 0; i < tokens.length; i++) {
      if (ends[i] <= i || ends[i] > tokens.length || depths[i] < 0) {
        throw new IllegalArgumentException(
            "node " + i + " ends at " + ends[i] + ", depth " + depths[i]);
      }
    }
  }

  int[] tokens() {
    return tokens.clone();
  }

  /** Tokens to compute. */
  public int size() {
    return tokens.length;
  }

  /** Tokens in the longest sequence. */
  int longest() {
    return 1 + Arrays.stream(depths).max().orElse(-1);
  }

  long[] depths() {
    return Arrays.stream(depths).asLongStream().toArray();
  }

  long[] ends() {
    return Arrays.stream(ends).asLongStream().toArray();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokenTree that
        && Arrays.equals(tokens, that.tokens)
        && Arrays.equals(depths, that.depths)
        && Arrays.equals(ends, that.ends);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(tokens) + Arrays.hashCode(ends);
  }
}
