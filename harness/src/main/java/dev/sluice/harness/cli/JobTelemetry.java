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

  private record Meters<L>(Telemetry.OfJob job, List<L> listeners) implements Watch<L> {
    @Override
    public Instruments instruments() {
      return job.instruments();
    }

    @Override
    public void ended(End end) {
      job.state(
          switch (end) {
            case DONE -> JobState.DONE;
            case STOPPED -> JobState.PAUSED;
          });
    }

    @Override
    public void failed(Throwable cause) {
      job.failed(cause);
    }

    @Override
    public void close() {
      job.close();
    }
  }

  @Override
  public Watch<SweepListener> sweep(SweepPlan plan) {
    SweepTelemetry sweep = telemetry.sweep(plan);
    return new Meters<>(sweep, List.of(sweep));
  }

  @Override
  public Watch<EvaluationListener> evaluation(String name) {
    EvaluationTelemetry evaluation = telemetry.evaluation(name);
    return new Meters<>(evaluation, List.of(evaluation));
  }
}
