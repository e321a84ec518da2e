package dev.sluice.harness.fetch;

import java.time.Duration;

/** A try failed in a way that the next one need not. */
final class TryAgain extends Exception {
  private static final long serialVersionUID = 1L;

  private final Duration wait;

  TryAgain(String reason) {
    this(reason, Duration.ZERO);
  }

  /**
   * @param wait that the server asked for at least
   */
  TryAgain(String reason, Duration wait) {
    super(reason);
    this.wait = wait;
  }

  TryAgain(String reason, Throwable cause) {
    super(reason, cause);
    this.wait = Duration.ZERO;
  }

  Duration waitAtLeast() {
    return wait;
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
