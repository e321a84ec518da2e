package dev.sluice.harness.cli;

import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Turns Ctrl-C and SIGTERM into a request to stop after the current slice. A second Ctrl-C leaves at
 * once: what is in flight is lost, what is journalled is not. SIGTERM lets the shutdown of the JVM
 * wait until the command has journalled and said how to go on.
 */
final class Interrupt implements AutoCloseable {
  /** A slice that takes longer is given up; nothing that was journalled is lost. */
  private static final int PATIENCE_MINUTES = 10;

  private final PrintStream err;
  private final String goOn;
  private final AtomicBoolean requested = new AtomicBoolean();
  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread hook = new Thread(this::shutDown, "interrupt");
  private volatile Consumer<String> announcement = line -> {};
  private Runnable undo = () -> {};

  private Interrupt(PrintStream err, String goOn) {
    this.err = err;
    this.goOn = goOn;
  }

  /**
   * @param err gets the last words of a process that leaves at once
   * @param goOn how to go on then
   */
  static Interrupt install(PrintStream err, String goOn) {
    Interrupt interrupt = new Interrupt(err, goOn);
    Runtime.getRuntime().addShutdownHook(interrupt.hook);
    interrupt.undo = CtrlC.calls(interrupt::ctrlC);
    return interrupt;
  }

  /** Say there, from another thread, that the request was heard. */
  void announceTo(Consumer<String> display) {
    announcement = display;
  }

  /** Whether the user asked to stop. */
  boolean requested() {
    return requested.get();
  }

  private void ctrlC() {
    if (requested.compareAndSet(false, true)) {
      announcement.accept("stopping after the slice in flight; Ctrl-C again leaves at once");
    } else {
      leave("sluice: left without the slice in flight. " + goOn);
    }
  }

  private void shutDown() {
    requested.set(true);
    try {
      if (!done.await(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
        leave("sluice: the slice in flight did not end; left without it. " + goOn);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
  }

  private void leave(String lastWords) {
    err.println(lastWords);
    err.flush();
    Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
  }

  @Override
  public void close() {
    undo.run();
    done.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is going down already: the hook is running and ends now.
      requested.set(true);
    }
  }
}
