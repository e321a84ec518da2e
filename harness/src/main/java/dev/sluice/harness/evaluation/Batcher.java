package dev.sluice.harness.evaluation;

import dev.sluice.harness.engine.TokenBatch;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;

/** Packs rows of tokens into batches of at most so many positions, in order. */
public final class Batcher {
  private final int positions;

  /**
   * @param positions budget of one batch, padding included; a longer row is a batch of its own
   */
  public Batcher(int positions) {
    if (positions < 1) {
      throw new IllegalArgumentException("batch of " + positions + " positions");
    }
    this.positions = positions;
  }

  /**
   * Batches of rows. Cold; asks the rows for no more than one batch beyond what was demanded, emits
   * on the rows' thread, passes a cancel on.
   */
  public Flux<TokenBatch> batches(Flux<int[]> rows) {
    return Flux.defer(() -> {
      Packing packing = new Packing();
      return rows.bufferUntil(packing::isFull, true).map(packing::batch);
    });
  }

  /**
   * All rows in batches that lanes share evenly: as many rows in each, or one less, and no lane with a
   * batch more than another unless there are fewer rows than lanes.
   */
  public List<TokenBatch> even(List<int[]> rows, int lanes) {
    int longest = rows.stream().mapToInt(row -> row.length).max().orElse(1);
    int most = Math.max(1, positions / longest);
    int least = Math.ceilDiv(rows.size(), most);
    int count = Math.min(rows.size(), Math.ceilDiv(least, lanes) * lanes);
    List<TokenBatch> batches = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < count; i++) {
      int to = from + Math.ceilDiv(rows.size() - from, count - i);
      batches.add(new TokenBatch(from, rows.subList(from, to)));
      from = to;
    }
    return batches;
  }

  /** Where the current batch stands; one for each subscriber. */
  private final class Packing {
    private int rowsInBatch;
    private int longest;
    private int firstRow;

    /** Whether this row opens the next batch. */
    boolean isFull(int[] row) {
      int width = Math.max(longest, row.length);
      boolean full = rowsInBatch > 0 && (long) width * (rowsInBatch + 1) > positions;
      rowsInBatch = full ? 1 : rowsInBatch + 1;
      longest = full ? row.length : width;
      return full;
    }

    TokenBatch batch(List<int[]> rows) {
      TokenBatch batch = new TokenBatch(firstRow, new ArrayList<>(rows));
      firstRow += rows.size();
      return batch;
    }
  }
}
