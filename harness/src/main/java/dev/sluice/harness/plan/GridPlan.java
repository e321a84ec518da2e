package dev.sluice.harness.plan;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Many sweeps asked for at once: every combination of the values of some keys.
 *
 * @param name of the grid; each cell's name begins with it
 * @param cells in the order of the file's keys, the last one changing fastest; equal work stands once
 * @param table what is put side by side at the end
 */
public record GridPlan(String name, List<Cell> cells, Table table) {
  public GridPlan {
    cells = List.copyOf(cells);
  }

  /**
   * One sweep of a grid.
   *
   * @param axes the values that tell it from the others, by key
   */
  public record Cell(Map<String, String> axes, SweepPlan plan) {
    public Cell {
      axes = Collections.unmodifiableMap(new LinkedHashMap<>(axes));
    }

    /** Under which its journal is kept. */
    public String name() {
      return plan.name();
    }
  }

  /**
   * What is put side by side.
   *
   * @param shares of sublayers, rising
   * @param tasks that each variant is asked; none asks nothing
   * @param taskFiles of tasks of the user's own
   * @param data where tasks' data lies, as {@code sluice eval --data} takes it
   * @param limit rows of each task
   */
  public record Table(
      List<Double> shares,
      List<String> tasks,
      List<String> taskFiles,
      List<String> data,
      Optional<String> limit) {
    public Table {
      shares = List.copyOf(shares);
      tasks = List.copyOf(tasks);
      taskFiles = List.copyOf(taskFiles);
      data = List.copyOf(data);
    }
  }
}
