package dev.sluice.harness.service;

import dev.sluice.harness.evaluation.Instruments;
import dev.sluice.harness.jobs.JobRunner.End;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.sweep.SweepListener;
import dev.sluice.harness.tasks.EvaluationListener;
import java.util.List;

/** Who else watches the work of jobs; asked once for each turn of a job on the device. */
public interface JobListeners {

  /** Nobody. */
  JobListeners NONE = new JobListeners() {};

  /**
   * Someone who watches one turn. Made, told and closed on the device's thread.
   *
   * @param <L> what they listen to
   */
  interface Watch<L> extends AutoCloseable {
    default List<L> listeners() {
      return List.of();
    }

    default Instruments instruments() {
      return Instruments.NONE;
    }

    /** The turn is over, and nothing failed in it. */
    default void ended(End end) {}

    /** The turn is over, for this. */
    default void failed(Throwable cause) {}

    @Override
    default void close() {}
  }

  /** Those who watch a sweep. */
  default Watch<SweepListener> sweep(SweepPlan plan) {
    return new Watch<>() {};
  }

  /**
   * Those who watch an evaluation.
   *
   * @param name under which it is kept
   */
  default Watch<EvaluationListener> evaluation(String name) {
    return new Watch<>() {};
  }
}
