package dev.sluice.benchmarks.dataset;

import dev.sluice.scorers.PrerequisiteException;
import java.nio.file.Path;

/** A row that cannot be used; its file can be read on. */
public final class BadRowException extends PrerequisiteException {
  private static final long serialVersionUID = 1L;

  private final long line;

  /**
   * @param line of the row, from 1
   * @param problem what is wrong, with the field's name
   */
  public BadRowException(Path file, long line, String problem) {
    super(file + ", line " + line + ": " + problem);
    this.line = line;
  }

  /** The line of the row, from 1. */
  public long line() {
    return line;
  }
}
