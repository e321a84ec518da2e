package dev.sluice.harness.sweep;

import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.evaluation.Batcher;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A calibration set in batches, whole or its first rows. Safe for several threads. */
public final class RowBatches {
  private final Batcher batcher;
  private final List<int[]> rows;
  private final int lanes;
  private final Map<Integer, List<TokenBatch>> made = new ConcurrentHashMap<>();

  /**
   * @param rows token ids
   * @param lanes that share the batches
   */
  public RowBatches(Batcher batcher, List<int[]> rows, int lanes) {
    this.batcher = batcher;
    this.rows = List.copyOf(rows);
    this.lanes = lanes;
  }

  /** Batches of the first so many rows; the same ones whenever they are asked for. */
  public List<TokenBatch> first(int count) {
    if (count < 1 || count > rows.size()) {
      throw new IllegalArgumentException(count + " rows of " + rows.size());
    }
    return made.computeIfAbsent(count, c -> List.copyOf(batcher.even(rows.subList(0, c), lanes)));
  }

  /** Batches of all rows. */
  public List<TokenBatch> all() {
    return first(rows.size());
  }

  /** Token positions of all batches, padding included. */
  public long positions() {
    return all().stream().mapToLong(TokenBatch::positions).sum();
  }
}
