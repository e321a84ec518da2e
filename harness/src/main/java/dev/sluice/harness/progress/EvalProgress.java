package dev.sluice.harness.progress;

import dev.sluice.harness.tasks.Evaluation;
import dev.sluice.harness.tasks.EvaluationListener;
import dev.sluice.harness.tasks.ScoredItem;
import dev.sluice.harness.tasks.ScoredTask;
import java.io.PrintStream;
import java.util.List;

/** Tells on stderr how far an evaluation is: in place on a terminal, else a line now and then. */
public final class EvalProgress implements EvaluationListener, AutoCloseable {
  private static final long REDRAW_NANOS = 200_000_000L;
  private static final long LINE_NANOS = 10_000_000_000L;

  private final PrintStream err;
  private final boolean quiet;
  private final boolean live;
  private final long start = System.nanoTime();
  private long last = start;
  private List<String> tasks = List.of();
  private long items;

  /**
   * @param err stays the caller's
   */
  public EvalProgress(PrintStream err, LiveDisplay.Mode mode) {
    this.err = err;
    this.quiet = mode == LiveDisplay.Mode.QUIET;
    this.live = mode == LiveDisplay.Mode.LIVE;
  }

  @Override
  public void started(Evaluation evaluation) {
    tasks = evaluation.tasks().stream().map(ScoredTask::name).toList();
  }

  @Override
  public void answered(ScoredItem item) {
    items++;
    long now = System.nanoTime();
    if (!quiet && now - last >= (live ? REDRAW_NANOS : LINE_NANOS)) {
      last = now;
      String line =
          "%s: %,d items, %.0f items/s"
              .formatted(tasks.get(item.task()), items, items / ((now - start) / 1e9));
      err.print(live ? "\r\033[K" + line : line + "\n");
      err.flush();
    }
  }

  @Override
  public void note(String line) {
    err.println((live ? "\r\033[K" : "") + "sluice: " + line);
  }

  /** Clears the line in place. */
  @Override
  public void close() {
    if (live && !quiet) {
      err.print("\r\033[K");
      err.flush();
    }
  }
}
