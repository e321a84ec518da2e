package dev.sluice.harness.jobs;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One thing that the service was asked to do, as it stands.
 *
 * @param name of the job, and of the sweep or evaluation that it makes
 * @param plan keys and values as asked for, of {@code sluice run} or {@code sluice eval}
 * @param priority the higher comes first
 * @param problem why it failed, for people
 */
public record Job(
    String name,
    Kind kind,
    Map<String, String> plan,
    int priority,
    State state,
    Times times,
    Optional<String> problem) {

  /** What a job makes. */
  public enum Kind {
    SWEEP,
    EVALUATION
  }

  /** Where a job stands. */
  public enum State {
    /** Waits in line. */
    QUEUED,
    /** Has the device. */
    RUNNING,
    /** Has the device until its slice is done, then is paused. */
    PAUSING,
    /** Waits for a resume. */
    PAUSED,
    /** Has the device until its slice is done, then is cancelled. */
    CANCELLING,
    CANCELLED,
    DONE,
    FAILED
  }

  /**
   * When it came and went.
   *
   * @param started the last time it got the device
   */
  public record Times(Instant created, Optional<Instant> started, Optional<Instant> ended) {}

  public Job {
    plan = Collections.unmodifiableMap(new LinkedHashMap<>(plan));
  }
}
