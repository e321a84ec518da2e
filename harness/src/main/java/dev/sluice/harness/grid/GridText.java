package dev.sluice.harness.grid;

import dev.sluice.harness.plan.GridPlan;
import dev.sluice.harness.plan.PlanKey;
import dev.sluice.harness.presentation.Quantities;
import dev.sluice.harness.presentation.TextTable;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.Score;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A grid's table as text. */
public final class GridText {
  /** Axes that say on what text, rather than how, a sweep decided. */
  private static final Set<String> TEXT =
      Set.of(
          PlanKey.CALIBRATION.id(),
          PlanKey.CALIBRATION_FIELD.id(),
          PlanKey.CALIBRATION_PRESET.id(),
          PlanKey.SEQUENCES.id(),
          PlanKey.LENGTH.id(),
          PlanKey.SELECT.id(),
          PlanKey.POOL.id(),
          PlanKey.SEED.id());

  private final GridTable table;
  private final Accuracies accuracies;

  private GridText(GridTable table, Accuracies accuracies) {
    this.table = table;
    this.accuracies = accuracies;
  }

  /**
   * The table, and below it how alike orders from different texts are; ends with a line end.
   *
   * @param accuracies by the text of a variant
   */
  public static String of(GridTable table, Accuracies accuracies) {
    GridText text = new GridText(table, accuracies);
    return text.rows() + text.alike();
  }

  private String rows() {
    List<String> head = new ArrayList<>(List.of("sweep", "cut up to", "cuts", "params left"));
    List<Measure> measures = measures();
    measures.forEach(m -> head.add(m == Measure.NLL ? "perplexity" : m.id() + " ± row error"));
    if (!accuracies.tasks().isEmpty()) {
      head.add("accuracy, 95 %");
    }
    head.addAll(List.of("variants", "passes", "time"));
    return TextTable.of(head, table.rows().stream().map(r -> row(r, measures)).toList());
  }

  /** What the rows have scores of. */
  private List<Measure> measures() {
    return List.of(Measure.KL, Measure.AG, Measure.NLL).stream()
        .filter(m -> table.rows().stream().anyMatch(r -> r.score(m).isPresent()))
        .toList();
  }

  private List<String> row(GridTable.Row row, List<Measure> measures) {
    List<String> cells = new ArrayList<>();
    cells.add(label(row.cell()));
    cells.add(Math.round(100 * row.share()) + " %");
    cells.add(Integer.toString(row.cut().variant().cuts().size()));
    cells.add(Quantities.percent(1 - row.cut().reduction().parameters()));
    measures.forEach(m -> cells.add(row.score(m).map(GridText::score).orElse("")));
    if (!accuracies.tasks().isEmpty()) {
      cells.add(accuracy(row));
    }
    cells.add(Quantities.count(row.variants()));
    cells.add(Quantities.count(row.sweep().cost().sublayerPasses()));
    cells.add(Quantities.duration(row.sweep().cost().seconds()));
    return cells;
  }

  /** What tells a cell from the others. */
  static String label(GridPlan.Cell cell) {
    return cell.axes().isEmpty()
        ? cell.name()
        : cell.axes().entrySet().stream()
            .map(e ->
                e.getKey().equals(PlanKey.STRATEGY.id())
                    ? e.getValue()
                    : e.getKey() + " " + e.getValue())
            .collect(Collectors.joining(", "));
  }

  private static String score(Score score) {
    return score.measure() == Measure.NLL
        ? Quantities.score(score.perplexity())
        : Quantities.scoreWithError(score.mean(), score.rowStandardError());
  }

  private String accuracy(GridTable.Row row) {
    Optional<Accuracies.Accuracy> mean = accuracies.mean(row.cut().variant().toString());
    return mean.map(a ->
            String.format(
                Locale.ROOT,
                "%.3f [%.3f, %.3f]",
                a.value(),
                a.interval().low(),
                a.interval().high()))
        .orElse("");
  }

  private String alike() {
    List<List<String>> rows =
        table.alike().stream()
            .filter(GridText::differOnlyInText)
            .map(a ->
                List.of(
                    label(a.one()),
                    label(a.other()),
                    String.format(Locale.ROOT, "%.3f", a.spearman()),
                    String.format(Locale.ROOT, "%.3f", a.kendall())))
            .toList();
    return rows.isEmpty()
        ? ""
        : "\nHow alike the orders are that different texts give\n"
            + TextTable.of(List.of("order", "and order", "Spearman", "Kendall"), rows)
            + byAxis();
  }

  /** The same, for all pairs that differ in one axis alone; nothing where that is one pair a line. */
  private String byAxis() {
    Map<String, List<GridTable.Alike>> groups =
        table.alike().stream()
            .filter(a -> differOnlyInText(a) && differing(a).size() == 1)
            .collect(
                Collectors.groupingBy(
                    GridText::difference, LinkedHashMap::new, Collectors.toList()));
    List<List<String>> rows = new ArrayList<>();
    groups.forEach((difference, pairs) -> rows.add(summary(difference, pairs)));
    return groups.values().stream().allMatch(pairs -> pairs.size() == 1)
        ? ""
        : "\nHow alike they are where the texts differ in one key alone\n"
            + TextTable.of(
                List.of(
                    "key and its two values", "pairs", "mean Spearman", "lowest", "mean Kendall"),
                rows);
  }

  private static List<String> summary(String difference, List<GridTable.Alike> pairs) {
    DoubleSummaryStatistics spearman =
        pairs.stream().mapToDouble(GridTable.Alike::spearman).summaryStatistics();
    double kendall = pairs.stream().mapToDouble(GridTable.Alike::kendall).average().orElse(0);
    return List.of(
        difference,
        Integer.toString(pairs.size()),
        String.format(Locale.ROOT, "%.3f", spearman.getAverage()),
        String.format(Locale.ROOT, "%.3f", spearman.getMin()),
        String.format(Locale.ROOT, "%.3f", kendall));
  }

  private static String difference(GridTable.Alike pair) {
    String key = differing(pair).getFirst();
    return key + " " + pair.one().axes().get(key) + ", " + pair.other().axes().get(key);
  }

  /** Axes in which two cells differ. */
  private static List<String> differing(GridTable.Alike pair) {
    return pair.one().axes().entrySet().stream()
        .filter(e -> !e.getValue().equals(pair.other().axes().get(e.getKey())))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static boolean differOnlyInText(GridTable.Alike alike) {
    return alike.one().axes().entrySet().stream()
        .allMatch(e ->
            TEXT.contains(e.getKey()) || e.getValue().equals(alike.other().axes().get(e.getKey())));
  }
}
