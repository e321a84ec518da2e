package dev.sluice.harness.tasks;

import dev.sluice.benchmarks.task.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** An evaluation as a table: a row for each task and metric, a column for each variant. */
public final class TaskTable {
  private TaskTable() {}

  /** The table, and below it what it took. */
  public static String of(TaskResults results) {
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("task", "metric", "shots", "items"));
    head.addAll(results.variants().keySet());
    rows.add(head);
    results.tasks().forEach(task -> rows.addAll(rowsOf(task)));
    return table(rows) + footer(results);
  }

  private static List<List<String>> rowsOf(TaskResults.OfTask task) {
    List<List<String>> rows = new ArrayList<>();
    List<TaskScore> first = task.variants().values().iterator().next().scores();
    for (int m = 0; m < first.size(); m++) {
      List<String> row = new ArrayList<>();
      row.add(task.task());
      row.add(first.get(m).metric().id());
      row.add(Integer.toString(task.shots()));
      row.add(Long.toString(first.get(m).documents()));
      for (TaskResults.OfVariant variant : task.variants().values()) {
        row.add(shown(variant.scores().get(m)));
      }
      rows.add(row);
    }
    return rows;
  }

  private static String shown(TaskScore score) {
    String value =
        score.metric() == Metric.ACC || score.metric() == Metric.ACC_NORM
            ? String.format(Locale.ROOT, "%.4f", score.value())
            : String.format(Locale.ROOT, "%.4g", score.value());
    OptionalDouble error = score.standardError();
    return error.isPresent()
        ? value + String.format(Locale.ROOT, " ± %.4f", error.getAsDouble())
        : value;
  }

  private static String table(List<List<String>> rows) {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int c = 0; c < columns; c++) {
        widths[c] = Math.max(widths[c], row.get(c).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < columns; c++) {
        line.append(row.get(c)).repeat(' ', widths[c] - row.get(c).length() + 2);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private static String footer(TaskResults results) {
    TaskResults.Cost cost = results.cost();
    StringBuilder text = new StringBuilder("\n");
    for (TaskResults.OfTask task : results.tasks()) {
      if (task.skipped() > 0) {
        text.append("%s: %d rows skipped%n".formatted(task.task(), task.skipped()));
      }
    }
    long ties =
        results.tasks().stream()
            .flatMap(t -> t.variants().values().stream())
            .mapToLong(TaskResults.OfVariant::nearTies)
            .sum();
    text.append("near ties    %d answers that rounding may decide%n".formatted(ties));
    text.append(
        String.format(
            Locale.ROOT,
            "tokens       %,d computed; request by request %,d%n",
            cost.tokensComputed(),
            cost.tokensAsked()));
    text.append(String.format(Locale.ROOT, "time         %.1f s%n", cost.seconds()));
    for (Map.Entry<String, String> entry : results.provenance().entrySet()) {
      text.append("%-12s %s%n".formatted(entry.getKey(), entry.getValue()));
    }
    return text.toString();
  }
}
