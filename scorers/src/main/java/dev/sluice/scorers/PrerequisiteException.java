package dev.sluice.scorers;

/**
 * A condition that the user can repair: a missing file, an unknown name, a plan of another model.
 *
 * <p>The message is all the user sees: it names the value, the rule and the next step. The command
 * line prints it without a stack trace and exits with 2.
 */
public class PrerequisiteException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public PrerequisiteException(String message) {
    super(message);
  }

  public PrerequisiteException(String message, Throwable cause) {
    super(message, cause);
  }
}
