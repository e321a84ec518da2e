package dev.sluice.harness.engine;

/** The tensor library failed. Wraps native errors too, because streams hang on a raw {@link Error}. */
public class EngineFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public EngineFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
