package dev.sluice.harness.jobs;

import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
    FAILED;

    /** Whether it has come to its end; all but what is done can be resumed. */
    public boolean ended() {
      return this == CANCELLED || this == DONE || this == FAILED;
    }

    /** Whether it has the device. */
    public boolean onDevice() {
      return this == RUNNING || this == PAUSING || this == CANCELLING;
    }

    /** The states that may come next; there are no others. */
    public Set<State> next() {
      return switch (this) {
        case QUEUED -> EnumSet.of(RUNNING, PAUSED, CANCELLED);
        // Back into line when the service ends.
        case RUNNING -> EnumSet.of(QUEUED, PAUSING, CANCELLING, DONE, FAILED);
        case PAUSING -> EnumSet.of(RUNNING, PAUSED, CANCELLING, DONE, FAILED);
        case PAUSED -> EnumSet.of(QUEUED, CANCELLED);
        case CANCELLING -> EnumSet.of(CANCELLED, DONE, FAILED);
        case CANCELLED, FAILED -> EnumSet.of(QUEUED);
        case DONE -> EnumSet.noneOf(State.class);
      };
    }
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
