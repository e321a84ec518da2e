package dev.sluice.harness.service;

import dev.sluice.harness.jobs.JobQueue;
import dev.sluice.harness.journal.JournalFolder;

/** Puts together what runs jobs. */
public final class JobService {
  private JobService() {}

  /**
   * Open the jobs of a journal folder and go on with them. The caller closes the queue.
   *
   * @param roots what requests may name
   * @param listeners who else watches
   * @throws dev.sluice.scorers.PrerequisiteException if another service has the folder, or its file of
   *     jobs cannot be used
   */
  public static JobQueue open(JournalFolder journals, Roots roots, JobListeners listeners) {
    return JobQueue.open(
        journals.jobs(),
        new ServiceRunner(
            new SweepJobs(roots, journals, listeners),
            new EvaluationJobs(roots, journals, listeners)));
  }
}
