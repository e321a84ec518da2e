package dev.sluice.harness.grid;

import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.plan.GridPlan;
import dev.sluice.harness.sweep.Step;
import dev.sluice.harness.sweep.SweepState;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.Score;
import dev.sluice.scorers.statistics.RankCorrelation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The sweeps of a grid side by side: what each cuts at each share, what that costs the model and what
 * it cost to find.
 *
 * @param rows by cell, then by share; a share below a cell's first cut, or beyond its last, has none
 * @param alike how alike the nested orders of two cells are
 */
public record GridTable(List<Row> rows, List<Alike> alike) {
  public GridTable {
    rows = List.copyOf(rows);
    alike = List.copyOf(alike);
  }

  /**
   * One cell at one share.
   *
   * @param cut the largest cut of the cell within the share
   * @param scores of that cut on the calibration set
   */
  public record Row(
      GridPlan.Cell cell, SweepState sweep, double share, Step cut, List<Score> scores) {
    public Row {
      scores = List.copyOf(scores);
    }

    /** The score by one measure, where it was computed. */
    public Optional<Score> score(Measure measure) {
      return scores.stream().filter(s -> s.measure() == measure).findFirst();
    }

    /** Variants that the cell asked for, in steps and in surveys. */
    public int variants() {
      return sweep.trials().size() + sweep.learnt().surveyed().size();
    }
  }

  /**
   * Two cells' orders of removal: a sublayer that is kept ranks behind all that are cut.
   *
   * @param spearman rank correlation, from -1 to 1
   * @param kendall tau-b
   */
  public record Alike(GridPlan.Cell one, GridPlan.Cell other, double spearman, double kendall) {}

  /**
   * @param sweeps of each cell that has begun, by its name
   */
  public static GridTable of(GridPlan grid, Map<String, SweepState> sweeps) {
    List<Row> rows = new ArrayList<>();
    for (GridPlan.Cell cell : grid.cells()) {
      SweepState sweep = sweeps.get(cell.name());
      if (sweep != null) {
        grid.table().shares().forEach(share -> row(cell, sweep, share).ifPresent(rows::add));
      }
    }
    return new GridTable(rows, alike(grid, sweeps));
  }

  private static Optional<Row> row(GridPlan.Cell cell, SweepState sweep, double share) {
    ModelConfig config = sweep.provenance().config();
    double most = share * config.sublayers() + 1e-9;
    Optional<Step> cut =
        sweep.steps().stream()
            .filter(s -> s.variant().sublayers(config) <= most)
            .reduce((a, b) -> b);
    double next = sweep.plan().search().leastCut(config.ffn().experts());
    boolean within =
        cut.isPresent()
            && (cut.get().variant().sublayers(config) + next > most
                || sweep.plan().search().strategy().byRatio());
    return cut.filter(c -> within).map(c -> new Row(cell, sweep, share, c, scores(sweep, c)));
  }

  private static List<Score> scores(SweepState sweep, Step step) {
    return sweep.trialsOf(step.number()).stream()
        .filter(t -> t.candidate().equals(step.committed()))
        .findFirst()
        .map(Trial::scores)
        .orElse(List.of());
  }

  /** The variants of all rows, each once, in the order of the rows. */
  public Set<Variant> variants() {
    Set<Variant> variants = new LinkedHashSet<>();
    rows.forEach(r -> variants.add(r.cut().variant()));
    return variants;
  }

  private static List<Alike> alike(GridPlan grid, Map<String, SweepState> sweeps) {
    Map<GridPlan.Cell, double[]> orders = new LinkedHashMap<>();
    for (GridPlan.Cell cell : grid.cells()) {
      SweepState sweep = sweeps.get(cell.name());
      if (sweep != null && sweep.nested() && !sweep.steps().isEmpty()) {
        orders.put(cell, order(sweep));
      }
    }
    List<Alike> alike = new ArrayList<>();
    List<GridPlan.Cell> cells = List.copyOf(orders.keySet());
    for (int i = 0; i < cells.size(); i++) {
      for (int j = i + 1; j < cells.size(); j++) {
        double[] a = orders.getOrDefault(cells.get(i), new double[0]);
        double[] b = orders.getOrDefault(cells.get(j), new double[0]);
        alike.add(
            new Alike(
                cells.get(i),
                cells.get(j),
                RankCorrelation.spearman(a, b),
                RankCorrelation.kendall(a, b)));
      }
    }
    return alike;
  }

  private static double[] order(SweepState sweep) {
    ModelConfig config = sweep.provenance().config();
    double kept = sweep.steps().size() + 1.0;
    Map<Sublayer, Double> order = new TreeMap<>();
    config.sublayerList().forEach(s -> order.put(s, kept));
    config.ffn().experts().stream()
        .flatMap(experts -> experts.each().stream())
        .forEach(e -> order.put(e, kept));
    for (Step step : sweep.steps()) {
      step.committed().sublayers().forEach(s -> order.put(s, (double) step.number()));
    }
    return order.values().stream().mapToDouble(Double::doubleValue).toArray();
  }
}
