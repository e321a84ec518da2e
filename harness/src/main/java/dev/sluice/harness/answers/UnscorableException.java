package dev.sluice.harness.answers;

import dev.sluice.scorers.PrerequisiteException;

/** A request that the model cannot be asked; the others can. */
public final class UnscorableException extends PrerequisiteException {
  private static final long serialVersionUID = 1L;

  public UnscorableException(String message) {
    super(message);
  }
}
