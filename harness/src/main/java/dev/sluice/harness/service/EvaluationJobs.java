package dev.sluice.harness.service;

import dev.sluice.harness.jobs.Job;
import dev.sluice.harness.jobs.JobRequest;
import dev.sluice.harness.jobs.JobRunner;
import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.session.EvalSession;
import dev.sluice.harness.tasks.Evaluation;
import dev.sluice.harness.tasks.EvaluationListener;
import dev.sluice.harness.tasks.EvaluationReader;
import java.util.ArrayList;
import java.util.List;

/** Runs jobs that are evaluations. */
final class EvaluationJobs {
  private final Roots roots;
  private final JournalFolder journals;
  private final EvalPlans plans;
  private final JobListeners listeners;

  EvaluationJobs(Roots roots, JournalFolder journals, JobListeners listeners) {
    this.roots = roots;
    this.journals = journals;
    this.plans = new EvalPlans(roots, journals);
    this.listeners = listeners;
  }

  JobRequest check(JobRequest request) {
    return plans.check(request);
  }

  JobRunner.End run(Job job, JobRunner.Turn turn) {
    try (JobListeners.Watch<EvaluationListener> watch = listeners.evaluation(job.name())) {
      return Watched.run(watch, () -> run(job, turn, watch));
    }
  }

  private JobRunner.End run(
      Job job, JobRunner.Turn turn, JobListeners.Watch<EvaluationListener> watch) {
    try (EvalSession session =
        new EvalSession(plans.request(job), journals, roots.environment(), watch.instruments())) {
      List<EvaluationListener> all = new ArrayList<>();
      all.add(
          new EvaluationTurn(turn, job.name(), session::tokensComputed, session.expectedItems()));
      all.addAll(watch.listeners());
      return session.run(all, turn::stop).isPresent() ? JobRunner.End.DONE : JobRunner.End.STOPPED;
    }
  }

  /** Of one that has not ended nothing is kept but answers. */
  List<JobRunner.Durable> history(Job job) {
    if (!journals.evaluations().contains(job.name())) {
      return List.of();
    }
    EvaluationReader reader = journals.evaluation(job.name());
    Evaluation evaluation = reader.evaluation();
    // The end is behind the items, of which none is wanted.
    Evaluation.End end = reader.items(item -> {});
    return List.of(EvaluationTurn.durable(evaluation), EvaluationTurn.durable(end));
  }
}
