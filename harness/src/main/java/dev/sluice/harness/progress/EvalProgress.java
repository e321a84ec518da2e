package dev.sluice.harness.progress;

import java.io.PrintStream;

/** Tells on stderr how far an evaluation is: in place on a terminal, else a line now and then. */
public final class EvalProgress {
  private static final long REDRAW_NANOS = 200_000_000L;
  private static final long LINE_NANOS = 10_000_000_000L;

  private final PrintStream err;
  private final boolean quiet;
  private final boolean live;
  private final long start = System.nanoTime();
  private long last = start;
  private long items;

  /**
   * @param err stays the caller's
   */
  public EvalProgress(PrintStream err, LiveDisplay.Mode mode) {
    this.err = err;
    this.quiet = mode == LiveDisplay.Mode.QUIET;
    this.live = mode == LiveDisplay.Mode.LIVE;
  }

  /** One more item of a task is answered. */
  public void answered(String task) {
    items++;
    long now = System.nanoTime();
    if (!quiet && now - last >= (live ? REDRAW_NANOS : LINE_NANOS)) {
      last = now;
      String line =
          "%s: %,d items, %.0f items/s".formatted(task, items, items / ((now - start) / 1e9));
      err.print(live ? "\r\033[K" + line : line + "\n");
      err.flush();
    }
  }

  public void note(String line) {
    err.println((live ? "\r\033[K" : "") + "sluice: " + line);
  }

  public void end() {
    if (live && !quiet) {
      err.print("\r\033[K");
      err.flush();
    }
  }

  public double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }
}
