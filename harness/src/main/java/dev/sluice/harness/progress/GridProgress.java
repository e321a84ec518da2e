package dev.sluice.harness.progress;

import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.presentation.Quantities;
import dev.sluice.harness.sweep.Step;
import dev.sluice.harness.sweep.SweepEvent;
import dev.sluice.harness.sweep.SweepListener;
import java.io.PrintStream;

/**
 * Tells how far a grid is: a line for each sweep that ends, and one at most every ten seconds for a
 * step. Safe for the threads of all its sweeps.
 */
public final class GridProgress {
  private static final long QUIET_NANOS = 10_000_000_000L;

  private final PrintStream err;
  private final boolean shown;
  private final int cells;
  private int finished;
  private long lastShown = System.nanoTime();

  /**
   * @param shown whether anything is printed
   * @param cells sweeps of the grid
   */
  public GridProgress(PrintStream err, boolean shown, int cells) {
    this.err = err;
    this.shown = shown;
    this.cells = cells;
  }

  /** What listens to one of the sweeps. */
  public SweepListener of(String name, SweepPlan plan) {
    return new SweepListener() {
      @Override
      public void on(SweepEvent event, boolean replayed) {
        if (event instanceof SweepEvent.SweepFinished) {
          ended(name, replayed);
        } else if (event instanceof SweepEvent.StepCommitted committed && !replayed) {
          step(name, plan, committed.step());
        }
      }
    };
  }

  private synchronized void ended(String name, boolean replayed) {
    finished++;
    if (!replayed) {
      print(name + ": finished, " + finished + " of " + cells + " sweeps");
    }
  }

  private synchronized void step(String name, SweepPlan plan, Step step) {
    if (System.nanoTime() - lastShown > QUIET_NANOS) {
      print(
          name
              + ": step "
              + step.number()
              + ", "
              + plan.search().objective().id()
              + " "
              + Quantities.score(step.score())
              + " at "
              + Quantities.percent(step.reduction().sublayers())
              + " of sublayers");
    }
  }

  private void print(String line) {
    if (shown) {
      err.println(line);
      err.flush();
      lastShown = System.nanoTime();
    }
  }
}
