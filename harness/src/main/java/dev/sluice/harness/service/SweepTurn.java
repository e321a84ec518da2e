package dev.sluice.harness.service;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.jobs.JobRunner;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.progress.SweepForecast;
import dev.sluice.harness.report.EventJson;
import dev.sluice.harness.report.JsonFragments;
import dev.sluice.harness.sweep.Progress;
import dev.sluice.harness.sweep.ScoringTask;
import dev.sluice.harness.sweep.SweepEvent;
import dev.sluice.harness.sweep.SweepEvent.Attributed;
import dev.sluice.harness.sweep.SweepEvent.GradientsTaken;
import dev.sluice.harness.sweep.SweepEvent.Profiled;
import dev.sluice.harness.sweep.SweepEvent.StepCommitted;
import dev.sluice.harness.sweep.SweepEvent.SweepFinished;
import dev.sluice.harness.sweep.SweepEvent.SweepStarted;
import dev.sluice.harness.sweep.SweepEvent.TrialsScored;
import dev.sluice.harness.sweep.SweepEvent.VariantsSurveyed;
import dev.sluice.harness.sweep.SweepListener;
import dev.sluice.scorers.Measure;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Tells a job's turn what happens in its sweep. */
final class SweepTurn implements SweepListener {
  private final JobRunner.Turn turn;
  private final String job;
  private final Measure objective;
  private final SweepForecast forecast;
  private double tokensPerSecond = Double.NaN;

  SweepTurn(JobRunner.Turn turn, SweepPlan plan) {
    this.turn = turn;
    this.job = plan.name();
    this.objective = plan.search().objective();
    this.forecast = new SweepForecast(plan);
  }

  /** An event of a sweep, encoded when it is sent. */
  static JobRunner.Durable durable(SweepEvent event, Measure objective) {
    return new JobRunner.Durable(
        EventJson.type(event), () -> EventJson.of(event, objective).toString());
  }

  @Override
  public void on(SweepEvent event, boolean replayed) {
    switch (event) {
      case SweepStarted started -> forecast.started(started.provenance().config());
      case TrialsScored scored -> scored.trials().forEach(forecast::scored);
      case VariantsSurveyed seen -> forecast.surveyed(seen.trials());
      case Profiled ignored -> {}
      case GradientsTaken ignored -> {}
      case Attributed ignored -> {}
      case StepCommitted committed -> forecast.committed(committed.step());
      case SweepFinished ignored -> {
        // The forecast says 0 by itself.
      }
    }
    turn.durable(durable(event, objective));
    if (!replayed) {
      turn.advanced();
      turn.progress(values(Optional.empty()));
    }
  }

  @Override
  public void taskStarted(ScoringTask task) {
    forecast.taskStarted(task);
  }

  @Override
  public void progress(Progress progress) {
    forecast.progress(progress);
    tokensPerSecond = progress.tokensPerSecond();
    turn.progress(values(Optional.of(progress)));
  }

  private JobRunner.Progress values(Optional<Progress> running) {
    Values values =
        new Values(
            job,
            forecast.share(),
            forecast.step(),
            forecast.steps(),
            forecast.candidates(),
            forecast.scored(),
            tokensPerSecond,
            forecast.secondsLeft());
    return new JobRunner.Progress(
        () -> values.node().toString(),
        () ->
            running
                .map(r -> EventJson.progress(r).setAll(values.node()).toString())
                .orElseGet(() -> values.node().toString()));
  }

  /** {@code JobProgress} of the contract. */
  private record Values(
      String job,
      double share,
      int step,
      OptionalInt steps,
      int candidates,
      int scored,
      double tokensPerSecond,
      OptionalDouble secondsLeft) {

    ObjectNode node() {
      ObjectNode node = EventJson.object().put("job", job).put("share", share).put("step", step);
      steps.ifPresent(n -> node.put("steps", n));
      node.put("candidates", candidates).put("scored", scored);
      if (Double.isFinite(tokensPerSecond)) {
        node.set("tokensPerSecond", JsonFragments.number(tokensPerSecond));
      }
      secondsLeft.ifPresent(s -> node.put("secondsLeft", s));
      return node;
    }
  }
}
