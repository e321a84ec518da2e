package dev.sluice.harness.cli;

import dev.sluice.harness.grid.Accuracies;
import dev.sluice.harness.grid.GridEvaluation;
import dev.sluice.harness.grid.GridJson;
import dev.sluice.harness.grid.GridRun;
import dev.sluice.harness.grid.GridTable;
import dev.sluice.harness.grid.GridText;
import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.plan.GridPlan;
import dev.sluice.harness.progress.EvalProgress;
import dev.sluice.harness.progress.GridProgress;
import dev.sluice.harness.sweep.Sweep;
import dev.sluice.harness.sweep.SweepState;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Runs a grid in the foreground: its sweeps, its tasks, its table. */
final class GridRunner {
  private final Console console;
  private final SweepOutput output;

  GridRunner(Console console, SweepOutput output) {
    this.console = console;
    this.output = output;
  }

  /** Run or continue; the exit code. */
  int run(GridPlan grid, Path file) {
    String goOn = "Go on with: sluice run " + file;
    JournalFolder journals = console.journals(grid.cells().getFirst().plan().journal());
    try (Interrupt interrupt = Interrupt.install(console.err(), goOn)) {
      if (sweeps(grid, journals, interrupt) == Sweep.End.FINISHED
          && table(grid, journals, interrupt)) {
        return ExitCode.DONE;
      }
      console.err().println("sluice: stopped. " + goOn);
      return ExitCode.INTERRUPTED;
    }
  }

  private Sweep.End sweeps(GridPlan grid, JournalFolder journals, Interrupt interrupt) {
    GridProgress progress = new GridProgress(console.err(), !output.quiet, grid.cells().size());
    return new GridRun(
            grid, journals, console.environment(), cell -> progress.of(cell.name(), cell.plan()))
        .run(interrupt::requested);
  }

  private boolean table(GridPlan grid, JournalFolder journals, Interrupt interrupt) {
    Map<String, SweepState> states = new LinkedHashMap<>();
    grid.cells()
        .forEach(
            c -> SweepState.of(journals.read(c.name())).ifPresent(s -> states.put(c.name(), s)));
    GridTable table = GridTable.of(grid, states);
    GridEvaluation.Home home = new GridEvaluation.Home(journals, console.environment());
    try (EvalProgress progress = new EvalProgress(console.err(), console.display(output.quiet))) {
      Optional<Accuracies> accuracies =
          GridEvaluation.run(grid, table, home, progress, interrupt::requested);
      accuracies.ifPresent(a -> print(table, a));
      return accuracies.isPresent();
    }
  }

  private void print(GridTable table, Accuracies accuracies) {
    if (output.json) {
      console.out().println(GridJson.of(table, accuracies).toPrettyString());
    } else {
      console.out().print(GridText.of(table, accuracies));
    }
  }
}
