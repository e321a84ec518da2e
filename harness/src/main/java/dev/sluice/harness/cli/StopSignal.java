package dev.sluice.harness.cli;

import java.util.concurrent.CountDownLatch;

/**
 * Ctrl-C and SIGTERM as a request to end a service in order. A second one leaves at once; what is
 * journalled is not lost.
 */
final class StopSignal implements AutoCloseable {
  private final CountDownLatch asked = new CountDownLatch(1);
  private final Runnable undoInterrupt = CtrlC.calls("INT", this::signalled);
  private final Runnable undoTerm = CtrlC.calls("TERM", this::signalled);

  private void signalled() {
    if (asked.getCount() == 0) {
      Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
    }
    asked.countDown();
  }

  /** Wait until someone asks. */
  void await() {
    try {
      asked.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    undoInterrupt.run();
    undoTerm.run();
  }
}
