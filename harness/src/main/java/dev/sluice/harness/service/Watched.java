package dev.sluice.harness.service;

import dev.sluice.harness.jobs.JobRunner.End;
import java.util.function.Supplier;

/** A turn whose end is told, however it ends. */
final class Watched {
  private Watched() {}

  static End run(JobListeners.Watch<?> watch, Supplier<End> turn) {
    try {
      End end = turn.get();
      watch.ended(end);
      return end;
    } catch (RuntimeException | Error e) {
      watch.failed(e);
      throw e;
    }
  }
}
