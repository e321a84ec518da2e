package dev.sluice.harness.jobs;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import reactor.core.scheduler.Scheduler;

/**
 * Lets a signal pass at most once a period; what comes too early passes, once, when the period is over.
 * Safe for use by several threads.
 */
final class Pace {
  private final long period;
  private final Scheduler scheduler;
  private final Runnable signal;
  private long next = Long.MIN_VALUE;
  private boolean waiting;

  Pace(Duration period, Scheduler scheduler, Runnable signal) {
    this.period = period.toMillis();
    this.scheduler = scheduler;
    this.signal = signal;
  }

  /** Something moved. */
  void moved() {
    if (due()) {
      signal.run();
    }
  }

  private synchronized boolean due() {
    long now = scheduler.now(TimeUnit.MILLISECONDS);
    if (waiting) {
      return false;
    }
    if (now >= next) {
      next = now + period;
      return true;
    }
    try {
      scheduler.schedule(this::late, next - now, TimeUnit.MILLISECONDS);
      waiting = true;
    } catch (RejectedExecutionException e) {
      // The service ends: nobody listens any more.
      return false;
    }
    return false;
  }

  private void late() {
    synchronized (this) {
      waiting = false;
      next = scheduler.now(TimeUnit.MILLISECONDS) + period;
    }
    signal.run();
  }
}
