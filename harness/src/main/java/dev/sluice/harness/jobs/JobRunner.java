package dev.sluice.harness.jobs;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Does what jobs ask for: it knows models, plans and journals, of which the queue knows nothing. */
public interface JobRunner {

  /** How a turn on the device ended. */
  enum End {
    DONE,
    /** It was asked to stop; another turn goes on where this one ended. */
    STOPPED
  }

  /**
   * A durable event; the place in its log is its id.
   *
   * @param data encodes it when it is sent, on any thread
   */
  record Durable(String type, Supplier<String> data) {}

  /**
   * Running values, immutable, each encoded when it is sent, on any thread.
   *
   * @param brief {@code JobProgress} of the service's contract
   * @param full the same with all running scores
   */
  record Progress(Supplier<String> brief, Supplier<String> full) {}

  /** One turn of a job on the device, as its runner sees it. Used by the device's thread alone. */
  interface Turn {
    /** Whether to stop after the slice in flight. */
    boolean stop();

    /** The next event is durable; every turn tells all of them from the first, replayed ones too. */
    void durable(Durable event);

    /** Something became durable that was not so before this turn. */
    void advanced();

    /** Running values moved; may be called often. */
    void progress(Progress progress);

    /** Something is strange that a user should know. */
    void note(String text);
  }

  /**
   * Check a request as far as that can be done without computing.
   *
   * @return the request with its name in the plan, made up where none was given
   * @throws dev.sluice.scorers.PrerequisiteException if it cannot be run
   * @throws JobConflictException if something else is kept under its name
   */
  JobRequest check(JobRequest request);

  /**
   * The plan with another memory budget.
   *
   * @param memory a size, or {@code auto}
   * @throws dev.sluice.scorers.PrerequisiteException if it is neither
   */
  Map<String, String> withMemory(Map<String, String> plan, String memory);

  /**
   * Work on a job, on the caller's thread, until it is done or asked to stop.
   *
   * @throws dev.sluice.scorers.PrerequisiteException for what a user can repair
   */
  End run(Job job, Turn turn);

  /**
   * The durable events so far of a job that has not got the device, read from where it is kept; may
   * take long.
   *
   * @throws dev.sluice.scorers.PrerequisiteException if they cannot be read
   */
  List<Durable> history(Job job);
}
