package dev.sluice.benchmarks.dataset;

import java.util.ArrayList;
import java.util.List;

/**
 * Counts the rows of one reading, and decides about those that cannot be used. Safe for use by several
 * threads; ask it when the stream has ended.
 */
public final class RowTally {
  /** Messages kept; more rows are only counted. */
  static final int MESSAGES = 20;

  private final OnBadRow policy;
  private final List<String> messages = new ArrayList<>();
  private long read;
  private long skipped;
  private boolean complete;

  public RowTally(OnBadRow policy) {
    this.policy = policy;
  }

  /** Takes note of a row of the split, usable or not. */
  public synchronized void row() {
    read++;
  }

  /**
   * Takes note of a row that cannot be used.
   *
   * @throws BadRowException the same one, where such rows are not to be skipped
   */
  public synchronized void bad(BadRowException row) {
    switch (policy) {
      case FAIL -> throw row;
      case SKIP -> {
        skipped++;
        if (messages.size() < MESSAGES) {
          messages.add(row.getMessage());
        }
      }
    }
  }

  /** Takes note that the whole file was read. */
  public synchronized void end() {
    complete = true;
  }

  /** Rows of the split so far, skipped ones included. */
  public synchronized long read() {
    return read;
  }

  /** Rows that were skipped so far. */
  public synchronized long skipped() {
    return skipped;
  }

  /** Whether the whole file was read: only then are the rows those of the split. */
  public synchronized boolean complete() {
    return complete;
  }

  /** Why rows were skipped, the first {@value #MESSAGES}. */
  public synchronized List<String> messages() {
    return List.copyOf(messages);
  }
}
