package dev.sluice.harness.service;

import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.sweep.SweepListener;
import dev.sluice.harness.tasks.EvaluationListener;
import java.util.List;

/** Who else watches the work of jobs; asked once for each turn of a job on the device. */
public interface JobListeners {

  /** Nobody. */
  JobListeners NONE = new JobListeners() {};

  /**
   * Those who watch one turn.
   *
   * @param <L> what they listen to
   * @param end called when the turn is over, however it ended
   */
  record Watch<L>(List<L> listeners, Runnable end) implements AutoCloseable {
    public Watch {
      listeners = List.copyOf(listeners);
    }

    /** Nobody. */
    static <L> Watch<L> none() {
      return new Watch<>(List.of(), () -> {});
    }

    @Override
    public void close() {
      end.run();
    }
  }

  /** Those who watch a sweep. */
  default Watch<SweepListener> sweep(SweepPlan plan) {
    return Watch.none();
  }

  /**
   * Those who watch an evaluation.
   *
   * @param name under which it is kept
   */
  default Watch<EvaluationListener> evaluation(String name) {
    return Watch.none();
  }
}
