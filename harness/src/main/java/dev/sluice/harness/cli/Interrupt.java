package dev.sluice.harness.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Turns Ctrl-C and SIGTERM into a request to stop after the current slice: the shutdown of the JVM
 * waits until the command has journalled and said how to go on.
 */
final class Interrupt implements AutoCloseable {
  /** A slice that takes longer is given up; nothing that was journalled is lost. */
  private static final int PATIENCE_MINUTES = 10;

  private final AtomicBoolean requested = new AtomicBoolean();
  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "interrupt");

  private Interrupt() {}

  static Interrupt install() {
    Interrupt interrupt = new Interrupt();
    Runtime.getRuntime().addShutdownHook(interrupt.hook);
    return interrupt;
  }

  /** Whether the user asked to stop. */
  boolean requested() {
    return requested.get();
  }

  private void stop() {
    requested.set(true);
    try {
      if (!done.await(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
        System.err.println("sluice: the slice in flight did not end; leaving without it");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (requested.get()) {
      System.err.flush();
      Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
    }
  }

  @Override
  public void close() {
    done.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is going down already: the hook is running and ends now.
      requested.set(true);
    }
  }
}
