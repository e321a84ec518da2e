package dev.sluice.harness.service;

import dev.sluice.harness.jobs.Job;
import dev.sluice.harness.jobs.JobRequest;
import dev.sluice.harness.jobs.JobRunner;
import java.util.List;
import java.util.Map;

/** Sends each job to who knows its kind. */
final class ServiceRunner implements JobRunner {
  private final SweepJobs sweeps;
  private final EvaluationJobs evaluations;

  ServiceRunner(SweepJobs sweeps, EvaluationJobs evaluations) {
    this.sweeps = sweeps;
    this.evaluations = evaluations;
  }

  @Override
  public JobRequest check(JobRequest request) {
    return switch (request.kind()) {
      case SWEEP -> sweeps.check(request);
      case EVALUATION -> evaluations.check(request);
    };
  }

  @Override
  public Map<String, String> withMemory(Map<String, String> plan, String memory) {
    return SweepPlans.withMemory(plan, memory);
  }

  @Override
  public End run(Job job, Turn turn) {
    return switch (job.kind()) {
      case SWEEP -> sweeps.run(job, turn);
      case EVALUATION -> evaluations.run(job, turn);
    };
  }

  @Override
  public List<Durable> history(Job job) {
    return switch (job.kind()) {
      case SWEEP -> sweeps.history(job);
      case EVALUATION -> evaluations.history(job);
    };
  }
}
