package dev.sluice.harness.documents;

/** Nothing in the journal folder bears this name. */
public final class NoSuchDocumentException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message the value and the next step
   */
  public NoSuchDocumentException(String message) {
    super(message);
  }
}
