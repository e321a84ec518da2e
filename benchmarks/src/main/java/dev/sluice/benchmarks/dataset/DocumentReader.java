package dev.sluice.benchmarks.dataset;

import org.jspecify.annotations.Nullable;

/** Reads the rows of one file, one after another. Not safe for use by several threads at once. */
public interface DocumentReader extends AutoCloseable {
  /**
   * The next row; null after the last one.
   *
   * @throws BadRowException if it is unusable; the row after it can be asked for
   */
  @Nullable Document next();

  @Override
  void close();
}
