package dev.sluice.harness.jobs;

/** No job has this name. */
public final class NoSuchJobException extends RuntimeException {
  /**
   * @param message the value, the rule and the next step
   */
  public NoSuchJobException(String message) {
    super(message);
  }
}
