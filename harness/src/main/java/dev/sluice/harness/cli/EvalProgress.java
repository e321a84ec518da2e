package dev.sluice.harness.cli;

import dev.sluice.harness.answers.ItemEncoder.Asked;
import java.io.PrintStream;

/** Tells on stderr how far an evaluation is: in place on a terminal, else a line now and then. */
final class EvalProgress {
  private static final long REDRAW_NANOS = 200_000_000L;
  private static final long LINE_NANOS = 10_000_000_000L;

  private final PrintStream err;
  private final boolean quiet;
  private final boolean live;
  private final long start = System.nanoTime();
  private long last = start;
  private long items;

  EvalProgress(Console console, boolean quiet) {
    this.err = console.err();
    this.quiet = quiet;
    this.live = console.terminal();
  }

  void answered(Asked asked) {
    items++;
    long now = System.nanoTime();
    if (!quiet && now - last >= (live ? REDRAW_NANOS : LINE_NANOS)) {
      last = now;
      String line =
          "%s: %,d items, %.0f items/s"
              .formatted(asked.task().name(), items, items / ((now - start) / 1e9));
      err.print(live ? "\r\033[K" + line : line + "\n");
      err.flush();
    }
  }

  void note(String line) {
    err.println((live ? "\r\033[K" : "") + "sluice: " + line);
  }

  void end() {
    if (live && !quiet) {
      err.print("\r\033[K");
      err.flush();
    }
  }

  double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }
}
