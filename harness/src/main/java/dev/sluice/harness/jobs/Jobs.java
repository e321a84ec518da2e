package dev.sluice.harness.jobs;

import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Flux;

/**
 * The service's jobs: one runs at a time, the others wait in line, and all outlive the process. Safe for
 * use by several threads; what it changes is durable when it returns.
 */
public interface Jobs {

  /**
   * Put a new job in line.
   *
   * @throws dev.sluice.scorers.PrerequisiteException if its plan cannot be used
   * @throws JobConflictException if its name is taken
   */
  Job submit(JobRequest request);

  /** The running job, those in line in their order, then the others, the latest first. */
  List<Job> list();

  /**
   * A job by its name.
   *
   * @throws NoSuchJobException if there is none
   */
  Job get(String name);

  /** How far a job is, one JSON object ({@code JobProgress}); empty for one that has not run here. */
  Optional<String> progress(String name);

  /**
   * Stop after the slice in flight; the next in line gets the device.
   *
   * @throws JobConflictException if it has ended
   */
  Job pause(String name);

  /**
   * Put a job in line again that was paused or cancelled or has failed.
   *
   * @throws JobConflictException if it is done, or in line or running already
   */
  Job resume(String name);

  /**
   * Stop for good; what is journalled stays.
   *
   * @throws JobConflictException if it has ended
   */
  Job cancel(String name);

  /**
   * Change a job that has not ended; a running one goes on with a new budget after its slice.
   *
   * @throws dev.sluice.scorers.PrerequisiteException if the value cannot be used
   * @throws JobConflictException if it has ended
   */
  Job adjust(String name, Adjustment adjustment);

  /**
   * What happens in one job: its state, durable events from the first or from the one after {@code
   * after}, and what is new; completes when the job has ended. Cold. A slow subscriber costs no memory:
   * durable events wait where they are kept, of running values it gets the latest.
   */
  Flux<JobEvent> events(String name, Optional<String> after);

  /**
   * What happens to all jobs: the list, or what came after {@code after} where that is still known,
   * and what is new. Never completes by itself. Bounded as the stream of one job is.
   */
  Flux<JobEvent> events(Optional<String> after);
}
