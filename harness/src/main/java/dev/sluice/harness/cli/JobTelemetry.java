package dev.sluice.harness.cli;

import dev.sluice.harness.evaluation.Instruments;
import dev.sluice.harness.jobs.JobRunner.End;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.service.JobListeners;
import dev.sluice.harness.sweep.SweepListener;
import dev.sluice.harness.tasks.EvaluationListener;
import dev.sluice.harness.telemetry.EvaluationTelemetry;
import dev.sluice.harness.telemetry.JobState;
import dev.sluice.harness.telemetry.SweepTelemetry;
import dev.sluice.harness.telemetry.Telemetry;
import java.util.List;

/** Has the meters watch each turn of a job. */
record JobTelemetry(Telemetry telemetry) implements JobListeners {

  @Override
  public Watch<SweepListener> sweep(SweepPlan plan) {
    SweepTelemetry meters = telemetry.sweep(plan);
    return new Watch<>() {
      @Override
      public List<SweepListener> listeners() {
        return List.of(meters);
      }

      @Override
      public Instruments instruments() {
        return meters.instruments();
      }

      @Override
      public void ended(End end) {
        meters.state(state(end));
      }

      @Override
      public void failed(Throwable cause) {
        meters.failed(cause);
      }

      @Override
      public void close() {
        meters.close();
      }
    };
  }

  @Override
  public Watch<EvaluationListener> evaluation(String name) {
    EvaluationTelemetry meters = telemetry.evaluation(name);
    return new Watch<>() {
      @Override
      public List<EvaluationListener> listeners() {
        return List.of(meters);
      }

      @Override
      public Instruments instruments() {
        return meters.instruments();
      }

      @Override
      public void ended(End end) {
        meters.state(state(end));
      }

      @Override
      public void failed(Throwable cause) {
        meters.failed(cause);
      }

      @Override
      public void close() {
        meters.close();
      }
    };
  }

  private static JobState state(End end) {
    return switch (end) {
      case DONE -> JobState.DONE;
      case STOPPED -> JobState.PAUSED;
    };
  }
}
