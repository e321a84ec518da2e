package dev.sluice.harness.telemetry;

import java.util.Locale;

/** Where a job stands, as the meters of states tell it; the names are those of the service's jobs. */
public enum JobState {
  QUEUED,
  RUNNING,
  PAUSING,
  PAUSED,
  CANCELLING,
  CANCELLED,
  DONE,
  FAILED;

  /** The value of the label {@link Label#STATE}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
