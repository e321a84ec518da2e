package dev.sluice.harness.fetch;

import static java.util.Objects.requireNonNull;

import java.time.Clock;
import java.time.Duration;

/**
 * How time passes for a download.
 *
 * @param sleep waits between two tries
 * @param clock that a {@code Retry-After} date is compared with
 * @param stall for so long a connection may bring nothing before it counts as dropped
 */
public record Pace(Sleep sleep, Clock clock, Duration stall) {
  /** Real time, and a minute of silence. */
  public static final Pace REAL =
      new Pace(Thread::sleep, Clock.systemUTC(), Duration.ofSeconds(60));

  public Pace {
    requireNonNull(sleep, "sleep");
    requireNonNull(clock, "clock");
    requireNonNull(stall, "stall");
  }

  /** Something that can wait. */
  @FunctionalInterface
  public interface Sleep {
    void pause(Duration time) throws InterruptedException;
  }
}
