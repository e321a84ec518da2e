package dev.sluice.harness.service;

import dev.sluice.harness.jobs.Job;
import dev.sluice.harness.jobs.JobRequest;
import dev.sluice.harness.jobs.JobRunner;
import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.session.SweepSession;
import dev.sluice.harness.sweep.Journal;
import dev.sluice.harness.sweep.Sweep;
import dev.sluice.harness.sweep.SweepEvent;
import dev.sluice.harness.sweep.SweepEvent.SweepStarted;
import dev.sluice.harness.sweep.SweepListener;
import dev.sluice.scorers.Measure;
import java.util.ArrayList;
import java.util.List;

/** Runs jobs that are sweeps. */
final class SweepJobs {
  private final Roots roots;
  private final JournalFolder journals;
  private final SweepPlans plans;
  private final JobListeners listeners;

  SweepJobs(Roots roots, JournalFolder journals, JobListeners listeners) {
    this.roots = roots;
    this.journals = journals;
    this.plans = new SweepPlans(roots, journals);
    this.listeners = listeners;
  }

  JobRequest check(JobRequest request) {
    return plans.check(request);
  }

  JobRunner.End run(Job job, JobRunner.Turn turn) {
    SweepPlan plan = plans.plan(job);
    try (JobListeners.Watch<SweepListener> watch = listeners.sweep(plan)) {
      return Watched.run(watch, () -> run(plan, turn, watch));
    }
  }

  private JobRunner.End run(
      SweepPlan plan, JobRunner.Turn turn, JobListeners.Watch<SweepListener> watch) {
    try (Journal journal = journals.open(plan.name());
        SweepSession session =
            SweepSession.open(plan, journals, roots.environment(), watch.instruments())) {
      List<SweepListener> all = new ArrayList<>(List.of(new SweepTurn(turn, plan)));
      all.addAll(watch.listeners());
      return session.sweep(journal, all).run(turn::stop) == Sweep.End.FINISHED
          ? JobRunner.End.DONE
          : JobRunner.End.STOPPED;
    }
  }

  List<JobRunner.Durable> history(Job job) {
    if (!journals.exists(job.name())) {
      return List.of();
    }
    List<SweepEvent> events = journals.read(job.name());
    if (events.isEmpty()) {
      return List.of();
    }
    Measure objective = ((SweepStarted) events.getFirst()).plan().search().objective();
    return events.stream().map(e -> SweepTurn.durable(e, objective)).toList();
  }
}
