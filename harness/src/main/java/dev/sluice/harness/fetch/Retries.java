package dev.sluice.harness.fetch;

import dev.sluice.scorers.PrerequisiteException;
import java.time.Duration;

/**
 * Decides whether and when to try again: after 1, 2, 4, ... seconds, or as long as the server asks.
 * Gives up after {@value #IN_VAIN} tries in a row that brought nothing, or {@value #ALTOGETHER}.
 */
final class Retries {
  static final int IN_VAIN = 6;
  static final int ALTOGETHER = 200;

  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST_ASKED = Duration.ofMinutes(15);

  private final String what;
  private final Pace pace;
  private final FetchListener listener;
  private int inVain;
  private int all;

  /**
   * @param what is being fetched, for messages
   */
  Retries(String what, Pace pace, FetchListener listener) {
    this.what = what;
    this.pace = pace;
    this.listener = listener;
  }

  /** The last try brought something, so the count of those in vain begins anew. */
  void progressed() {
    inVain = 0;
  }

  /** Wait for the next try, or give up with a message. */
  void failed(TryAgain failure) throws InterruptedException {
    inVain++;
    all++;
    if (inVain >= IN_VAIN || all >= ALTOGETHER) {
      throw new PrerequisiteException(
          what
              + ": "
              + failure.reason()
              + ", at the last of "
              + all
              + " tries. What has arrived is kept: the same command goes on from there",
          failure);
    }
    Duration backOff = FIRST.multipliedBy(1L << (inVain - 1));
    Duration asked = failure.waitAtLeast();
    if (asked.compareTo(LONGEST_ASKED) > 0) {
      throw new PrerequisiteException(
          what
              + ": "
              + failure.reason()
              + ", and the server asks for "
              + asked.toMinutes()
              + " minutes of patience: run the same command later, it goes on from here",
          failure);
    }
    Duration wait = asked.compareTo(backOff) > 0 ? asked : backOff;
    listener.note(what + ": " + failure.reason() + "; trying again in " + wait.toSeconds() + " s");
    pace.sleep().pause(wait);
  }
}
