package dev.sluice.benchmarks.dataset;

import dev.sluice.scorers.PrerequisiteException;

/** A place that has no files of a split; another one may have them. */
public final class SplitMissingException extends PrerequisiteException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message the split, where it was looked for and under which names
   */
  public SplitMissingException(String message) {
    super(message);
  }
}
