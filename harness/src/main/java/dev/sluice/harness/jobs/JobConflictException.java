package dev.sluice.harness.jobs;

/** A job cannot do what is asked, as it stands. */
public final class JobConflictException extends RuntimeException {
  /**
   * @param message the value, the rule and the next step
   */
  public JobConflictException(String message) {
    super(message);
  }
}
