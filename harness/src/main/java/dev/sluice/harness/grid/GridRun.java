package dev.sluice.harness.grid;

import dev.sluice.harness.evaluation.Instruments;
import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.plan.GridPlan;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.session.SweepSession;
import dev.sluice.harness.sweep.Journal;
import dev.sluice.harness.sweep.Sweep;
import dev.sluice.harness.sweep.SweepEvent;
import dev.sluice.harness.sweep.SweepEvent.GradientsTaken;
import dev.sluice.harness.sweep.SweepEvent.Profiled;
import dev.sluice.harness.sweep.SweepEvent.TrialsScored;
import dev.sluice.harness.sweep.SweepEvent.VariantsSurveyed;
import dev.sluice.harness.sweep.SweepListener;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Runs the sweeps of a grid: those on one calibration set and task side by side, one set after the other, the
 * model open once at a time. Each sweep has a journal of its own, so that a grid goes on where it was
 * stopped.
 */
public final class GridRun {
  private final GridPlan grid;
  private final JournalFolder journals;
  private final Map<String, String> environment;
  private final Function<GridPlan.Cell, SweepListener> listeners;

  /**
   * @param listeners one for each cell; called on the cell's thread
   */
  public GridRun(
      GridPlan grid,
      JournalFolder journals,
      Map<String, String> environment,
      Function<GridPlan.Cell, SweepListener> listeners) {
    this.grid = grid;
    this.journals = journals;
    this.environment = environment;
    this.listeners = listeners;
  }

  /**
   * Run or go on until every sweep is finished or asked to stop.
   *
   * @param stop asked by each sweep after its slices, from several threads
   * @throws dev.sluice.scorers.PrerequisiteException for what a user can repair
   */
  public Sweep.End run(BooleanSupplier stop) {
    Sweep.End end = Sweep.End.FINISHED;
    for (List<GridPlan.Cell> together : byCalibration()) {
      if (end == Sweep.End.FINISHED) {
        end = runTogether(together, stop);
      }
    }
    return end;
  }

  /** What cells must agree in to share variants. */
  private record Together(
      SweepPlan.Calibration calibration,
      SweepPlan.Treatment treatment,
      Optional<SweepPlan.Task> task) {}

  private List<List<GridPlan.Cell>> byCalibration() {
    Map<Together, List<GridPlan.Cell>> groups = new LinkedHashMap<>();
    for (GridPlan.Cell cell : grid.cells()) {
      groups
          .computeIfAbsent(
              new Together(
                  cell.plan().calibration().withoutIdleSeed(),
                  cell.plan().search().treatment(),
                  cell.plan().search().task()),
              k -> new ArrayList<>())
          .add(cell);
    }
    return List.copyOf(groups.values());
  }

  private Sweep.End runTogether(List<GridPlan.Cell> cells, BooleanSupplier stop) {
    try (SweepSession session =
            SweepSession.open(cells.getFirst().plan(), journals, environment, Instruments.NONE);
        OpenCells open = new OpenCells()) {
      SharedSlices shared = new SharedSlices(session.slices());
      List<Running> running = new ArrayList<>();
      for (GridPlan.Cell cell : cells) {
        Journal journal = open.journal(cell.name());
        journal.replay().forEach(event -> know(shared, event, session.rows()));
        SharedSlices.Seat seat = shared.seat();
        running.add(
            new Running(
                seat, session.sweep(cell.plan(), journal, seat, List.of(listeners.apply(cell)))));
      }
      return serve(shared, running, stop);
    }
  }

  private static void know(SharedSlices shared, SweepEvent event, int rows) {
    switch (event) {
      case TrialsScored scored -> scored.trials().forEach(t -> shared.know(t, rows));
      case VariantsSurveyed seen -> seen.trials().forEach(t -> shared.know(t, seen.rows()));
      case Profiled seen -> shared.know(seen);
      case GradientsTaken seen -> shared.know(seen);
      default -> {}
    }
  }

  private static Sweep.End serve(SharedSlices shared, List<Running> running, BooleanSupplier stop) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Sweep.End>> ends = new ArrayList<>();
      running.forEach(r -> ends.add(threads.submit(() -> r.run(stop))));
      shared.serve();
      Sweep.End end = Sweep.End.FINISHED;
      for (Future<Sweep.End> one : ends) {
        end = one.get() == Sweep.End.STOPPED ? Sweep.End.STOPPED : end;
      }
      return end;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Sweep.End.STOPPED;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause());
    }
  }

  private record Running(SharedSlices.Seat seat, Sweep sweep) {
    Sweep.End run(BooleanSupplier stop) {
      try (seat) {
        return sweep.run(stop);
      }
    }
  }

  /** The journals of cells that run. */
  private final class OpenCells implements AutoCloseable {
    private final List<Journal> open = new ArrayList<>();

    Journal journal(String name) {
      Journal journal = journals.open(name);
      open.add(journal);
      return journal;
    }

    @Override
    public void close() {
      open.forEach(Journal::close);
    }
  }
}
