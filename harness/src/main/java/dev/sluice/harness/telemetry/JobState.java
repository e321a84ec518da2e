package dev.sluice.harness.telemetry;

import java.util.Locale;

/** Where a sweep or an evaluation stands, as the meters of states tell it. */
public enum JobState {
  QUEUED,
  RUNNING,
  PAUSED,
  FINISHED,
  FAILED,
  CANCELLED;

  /** The value of the label {@link Label#STATE}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether nothing comes after it, so that its series leave. */
  public boolean last() {
    return this == FINISHED || this == FAILED || this == CANCELLED;
  }
}
