package dev.sluice.harness.comparison;

import dev.sluice.benchmarks.parquet.ParquetTable;
import dev.sluice.benchmarks.parquet.ParquetTable.Column;
import dev.sluice.benchmarks.parquet.ParquetTable.ColumnType;
import dev.sluice.harness.answers.Answer;
import dev.sluice.harness.comparison.Comparison.Overall;
import dev.sluice.harness.tasks.ScoredVariant;
import dev.sluice.harness.tasks.TaskResults;
import dev.sluice.harness.tasks.TaskScore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A part of a comparison as columns and rows, for other programs. */
public enum ComparisonTable {
  /** A row for each task, metric and variant. */
  SCORES,
  /** A row for each variant. */
  VARIANTS,
  /** A row for each pair, main task and metric. */
  DIFFERENCES,
  /** A row for each variant but the baseline and main task with choices. */
  DIVERGENCES,
  /** A row for each variant but the baseline and main task with choices. */
  STABILITIES,
  /** A row for each choice of each flip. */
  FLIPS;

  private static final List<Column> VARIANT_COLUMNS =
      List.of(
          text("variant"),
          text("cuts"),
          real("sublayers_saved"),
          real("blocks_saved"),
          real("parameters_saved"),
          real("flops_saved"),
          real("kv_cache_saved"),
          real("mean"),
          real("standard_error"),
          real("retained"),
          truth("front"));
  private static final List<Column> DIFFERENCE_COLUMNS =
      List.of(
          text("task"),
          text("metric"),
          text("first"),
          text("second"),
          whole("items"),
          real("difference"),
          real("low"),
          real("high"),
          whole("lost"),
          whole("gained"),
          real("p"),
          real("adjusted"));
  private static final List<Column> FLIP_COLUMNS =
      List.of(
          text("task"),
          text("first"),
          text("second"),
          whole("doc_id"),
          truth("gained"),
          whole("choice"),
          truth("gold"),
          text("context"),
          text("continuation"),
          real("log_likelihood_first"),
          real("log_likelihood_second"));

  private static Column text(String name) {
    return new Column(name, ColumnType.TEXT);
  }

  private static Column whole(String name) {
    return new Column(name, ColumnType.INTEGER);
  }

  private static Column real(String name) {
    return new Column(name, ColumnType.REAL);
  }

  private static Column truth(String name) {
    return new Column(name, ColumnType.BOOLEAN);
  }

  /** The columns; values of all but texts may be missing. */
  public List<Column> columns() {
    return switch (this) {
      case SCORES ->
          List.of(
              text("task"),
              text("metric"),
              text("variant"),
              real("value"),
              real("standard_error"),
              whole("documents"),
              whole("near_ties"),
              whole("shots"),
              text("version"),
              truth("main"));
      case VARIANTS -> VARIANT_COLUMNS;
      case DIFFERENCES -> DIFFERENCE_COLUMNS;
      case DIVERGENCES ->
          List.of(text("task"), text("variant"), real("mean"), real("standard_error"));
      case STABILITIES ->
          List.of(
              text("task"),
              text("variant"),
              whole("items"),
              real("stability"),
              real("effective_items"));
      case FLIPS -> FLIP_COLUMNS;
    };
  }

  /** The rows: texts, longs, doubles, booleans, and null where there is no value. */
  public List<List<@Nullable Object>> rows(Comparison comparison) {
    return switch (this) {
      case SCORES -> scores(comparison);
      case VARIANTS -> variants(comparison);
      case DIFFERENCES -> comparison.differences().stream().map(ComparisonTable::row).toList();
      case DIVERGENCES ->
          comparison.divergences().stream()
              .map(d -> row(d.task(), d.variant(), d.mean(), value(d.standardError())))
              .toList();
      case STABILITIES ->
          comparison.stabilities().stream()
              .map(k -> row(k.task(), k.variant(), k.items(), k.stability(), k.effectiveItems()))
              .toList();
      case FLIPS -> comparison.flips().stream().flatMap(f -> rows(f).stream()).toList();
    };
  }

  private static List<@Nullable Object> row(@Nullable Object... cells) {
    List<@Nullable Object> row = new ArrayList<>();
    for (Object cell : cells) {
      row.add(cell);
    }
    return row;
  }

  private static @Nullable Object value(OptionalDouble value) {
    return value.isPresent() ? (Double) value.getAsDouble() : null;
  }

  private static List<List<@Nullable Object>> scores(Comparison comparison) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (TaskResults.OfTask task : comparison.tasks()) {
      task.variants()
          .forEach((variant, found) -> {
            for (TaskScore score : found.scores()) {
              rows.add(
                  row(
                      task.task(),
                      score.metric().id(),
                      variant,
                      score.value(),
                      value(score.standardError()),
                      score.documents(),
                      found.nearTies(),
                      (long) task.shots(),
                      task.version(),
                      comparison.main().contains(task.task())));
            }
          });
    }
    return rows;
  }

  private static List<List<@Nullable Object>> variants(Comparison comparison) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (int i = 0; i < comparison.variants().size(); i++) {
      ScoredVariant v = comparison.variants().get(i);
      Overall overall = comparison.overall().get(i);
      rows.add(
          row(
              v.name(),
              v.variant().cuts().stream().map(Object::toString).collect(Collectors.joining(";")),
              v.reduction().sublayers(),
              v.reduction().blocks(),
              v.reduction().parameters(),
              v.reduction().flops(),
              v.reduction().kvCache(),
              value(overall.mean()),
              value(overall.standardError()),
              value(overall.retained()),
              overall.front()));
    }
    return rows;
  }

  private static List<@Nullable Object> row(PairedDifference d) {
    boolean accuracy = d.pair().measured().accuracy();
    return row(
        d.pair().task(),
        d.pair().measured().id(),
        d.pair().first(),
        d.pair().second(),
        d.items(),
        d.difference(),
        d.interval().low(),
        d.interval().high(),
        accuracy ? d.flips().lost() : null,
        accuracy ? d.flips().gained() : null,
        value(d.p()),
        value(d.adjusted()));
  }

  private static List<List<@Nullable Object>> rows(Flip flip) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (int i = 0; i < flip.answers().size(); i++) {
      Answer first = flip.answers().get(i);
      Answer second = flip.others().get(i);
      rows.add(
          row(
              flip.task(),
              flip.pair().first(),
              flip.pair().second(),
              flip.docId(),
              flip.gained(),
              (long) i,
              flip.choices().isEmpty() || i == flip.gold(),
              flip.requests().get(i).context(),
              flip.requests().get(i).continuation(),
              first.logLikelihood(),
              second.logLikelihood()));
    }
    return rows;
  }

  /** Write the rows as a Parquet file, whole or not at all. */
  public void parquet(Comparison comparison, Path file) {
    ParquetTable.write(file, columns(), rows(comparison));
  }

  /** The rows as comma-separated values with a header, quoted as in RFC 4180. */
  public String csv(Comparison comparison) {
    StringBuilder csv = new StringBuilder();
    csv.append(columns().stream().map(Column::name).collect(Collectors.joining(",")))
        .append("\r\n");
    for (List<@Nullable Object> row : rows(comparison)) {
      csv.append(row.stream().map(ComparisonTable::quoted).collect(Collectors.joining(",")));
      csv.append("\r\n");
    }
    return csv.toString();
  }

  private static String quoted(@Nullable Object cell) {
    String text = cell == null ? "" : cell.toString();
    return text.matches("(?s).*[\",\r\n].*") ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }
}
