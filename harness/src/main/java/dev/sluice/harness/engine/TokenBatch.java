package dev.sluice.harness.engine;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Rows of token ids that go through the model together, {@code [B, T]}. Equal to another with the same
 * rows, wherever in the set of prompts they stand.
 *
 * <p>Rows shorter than the longest are padded on the right; attention is causal, so what stands
 * after a position never changes it, and padded positions are left out of every score.
 */
public final class TokenBatch {
  /** The target of a position that has no next token in its row. */
  public static final long NO_TARGET = -1;

  private final int firstRow;
  private final List<int[]> rows;
  private final int length;
  private final @Nullable TokenTree tree;
  private final int hash;

  /**
   * @param firstRow place of the first row in the whole set of prompts, from 0
   * @param rows token ids; not empty, no row empty
   */
  public TokenBatch(int firstRow, List<int[]> rows) {
    this(firstRow, rows, null);
  }

  private TokenBatch(int firstRow, List<int[]> rows, @Nullable TokenTree tree) {
    if (rows.isEmpty() || rows.stream().anyMatch(r -> r.length == 0)) {
      throw new IllegalArgumentException("a batch needs rows, and each row tokens");
    }
    this.firstRow = firstRow;
    this.rows = List.copyOf(rows);
    this.length = rows.stream().mapToInt(r -> r.length).max().getAsInt();
    this.tree = tree;
    this.hash = 31 * Arrays.deepHashCode(rows.toArray()) + Objects.hashCode(tree);
  }

  /** A batch of one row whose tokens form a tree. */
  public static TokenBatch of(TokenTree tree) {
    return new TokenBatch(0, List.of(tree.tokens()), tree);
  }

  /** How the row's tokens hang together, if not one after the other. */
  Optional<TokenTree> tree() {
    return Optional.ofNullable(tree);
  }

  /** Place of the first row in the whole set. */
  public int firstRow() {
    return firstRow;
  }

  /** B. */
  public int rows() {
    return rows.size();
  }

  /** T: tokens in the longest row. */
  public int length() {
    return length;
  }

  /** Tokens of one row, without padding. */
  public int length(int row) {
    return rows.get(row).length;
  }

  /** Positions in the batch, padding included: {@code B * T}. */
  public int positions() {
    return rows.size() * length;
  }

  /** Token ids {@code [B * T]}, row by row, 0 where padded. */
  public long[] ids() {
    return flat(0, 0);
  }

  /** The next token of each position {@code [B * T]}; {@link #NO_TARGET} where there is none. */
  public long[] targets() {
    return flat(1, NO_TARGET);
  }

  private long[] flat(int shift, long fill) {
    long[] flat = new long[positions()];
    Arrays.fill(flat, fill);
    for (int r = 0; r < rows.size(); r++) {
      int[] row = rows.get(r);
      for (int t = shift; t < row.length; t++) {
        flat[r * length + t - shift] = row[t];
      }
    }
    return flat;
  }

  @Override
  public boolean equals(Object other) {
    return other == this
        || (other instanceof TokenBatch that
            && hash == that.hash
            && Objects.equals(tree, that.tree)
            && Arrays.deepEquals(rows.toArray(), that.rows.toArray()));
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
