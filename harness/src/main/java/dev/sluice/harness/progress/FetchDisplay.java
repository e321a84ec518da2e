package dev.sluice.harness.progress;

import dev.sluice.harness.fetch.FetchListener;
import dev.sluice.harness.presentation.Quantities;
import java.io.PrintStream;
import java.time.Clock;

/**
 * Shows a download in one line that is redrawn, or as plain lines where there is no terminal. No line
 * is wider than the terminal, except messages in plain mode.
 */
public final class FetchDisplay implements FetchListener, AutoCloseable {
  private static final long REDRAW_MILLIS = 100;
  private static final long PLAIN_MILLIS = 10_000;

  /** The rate is that of about the last so many milliseconds. */
  private static final double RATE_MILLIS = 5_000;

  private static final int WIDEST_BAR = 30;
  private static final int NARROWEST_BAR = 5;

  private final PrintStream err;
  private final LiveDisplay.Mode mode;
  private final int columns;
  private final Clock clock;
  private final String what;
  private long all;
  private long here;
  private long lastShown;
  private long lastRated;
  private long ratedAt;
  private double bytesPerMilli;
  private boolean drawn;
  private boolean closed;

  /**
   * @param err where it is shown; stays open
   * @param what is being fetched
   */
  public FetchDisplay(
      PrintStream err, LiveDisplay.Mode mode, int columns, Clock clock, String what) {
    this.err = err;
    this.mode = mode;
    this.columns = columns;
    this.clock = clock;
    this.what = what;
  }

  @Override
  public void planned(int files, long bytes, long present) {
    all = bytes;
    here = present;
    lastRated = clock.millis();
    ratedAt = present;
    lastShown = lastRated;
    String toGo =
        present == bytes
            ? ", all of it is here"
            : present > 0 ? ", " + Quantities.bytes(present) + " of it is here" : "";
    note(what + ": " + files(files) + ", " + Quantities.bytes(bytes) + toGo);
  }

  private static String files(int files) {
    return files + (files == 1 ? " file" : " files");
  }

  @Override
  public void reached(long bytes) {
    here = bytes;
    long now = clock.millis();
    long every = mode == LiveDisplay.Mode.LIVE ? REDRAW_MILLIS : PLAIN_MILLIS;
    if (now - lastShown >= every) {
      rate(now);
      show();
      lastShown = now;
    }
  }

  /** An exponentially weighted mean, which forgets a pause as it forgets a burst. */
  private void rate(long now) {
    double millis = now - lastRated;
    double current = Math.max(0, here - ratedAt) / millis;
    double weight = bytesPerMilli == 0 ? 1 : 1 - Math.exp(-millis / RATE_MILLIS);
    bytesPerMilli += weight * (current - bytesPerMilli);
    lastRated = now;
    ratedAt = here;
  }

  private void show() {
    switch (mode) {
      case LIVE -> {
        err.print("\r\u001b[K" + clip(line(), columns - 1));
        err.flush();
        drawn = true;
      }
      case PLAIN -> err.println(what + ": " + figures());
      case QUIET -> {}
    }
  }

  private String line() {
    String figures = "  " + figures();
    int room = Math.min(WIDEST_BAR, columns - 1 - figures.length());
    return room < NARROWEST_BAR ? figures.strip() : LiveDisplay.bar(share(), room) + figures;
  }

  private double share() {
    return all == 0 ? 1 : (double) here / all;
  }

  private String figures() {
    String left =
        bytesPerMilli > 0
            ? ", "
                + Quantities.bytes(Math.round(1000 * bytesPerMilli))
                + "/s, about "
                + Quantities.duration((all - here) / bytesPerMilli / 1000)
                + " to go"
            : "";
    return Quantities.percent(share()) + " of " + Quantities.bytes(all) + left;
  }

  @Override
  public void note(String line) {
    if (mode == LiveDisplay.Mode.QUIET) {
      return;
    }
    boolean live = mode == LiveDisplay.Mode.LIVE;
    err.println((drawn ? "\r\u001b[K" : "") + (live ? clip(line, columns - 1) : line));
    drawn = false;
  }

  private static String clip(String text, int width) {
    return text.length() <= width ? text : text.substring(0, width - 1) + "…";
  }

  /** Remove the redrawn line, so that what follows begins on a line of its own. */
  @Override
  public void close() {
    if (drawn && !closed) {
      err.print("\r\u001b[K");
      err.flush();
    }
    closed = true;
  }
}
