package dev.sluice.harness.comparison;

import dev.sluice.benchmarks.task.Metric;
import dev.sluice.harness.comparison.Comparison.Overall;
import dev.sluice.harness.presentation.Quantities;
import dev.sluice.harness.tasks.ScoredVariant;
import dev.sluice.harness.tasks.TaskResults;
import dev.sluice.harness.tasks.TaskScore;
import dev.sluice.scorers.statistics.ConfidenceInterval;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The tables of a comparison for people, on a terminal and on a page. */
final class ComparisonRows {
  static final List<String> VARIANTS =
      List.of("variant", "cuts", "sublayers", "params", "mean", "retained", "front", "found by");
  static final List<String> DIFFERENCES =
      List.of(
          "task",
          "metric",
          "variant",
          "against",
          "difference",
          "95 % interval",
          "lost",
          "gained",
          "p");

  static final List<String> MIXTURES =
      List.of(
          "task", "variants", "tokens", "best", "best loss", "mixture", "regret", "anew each item");
  static final List<String> BALLS = List.of("task", "variants", "KL: -log share within it");

  /** Code points of a prompt's end that are shown of a flip. */
  private static final int PROMPT = 240;

  private ComparisonRows() {}

  static List<String> scoresHead(Comparison comparison) {
    List<String> head = new ArrayList<>(List.of("task", "metric", "shots", "items"));
    comparison.variants().forEach(v -> head.add(v.name()));
    return head;
  }

  /** A row for each task and metric, a column for each variant. */
  static List<List<String>> scores(Comparison comparison) {
    List<List<String>> rows = new ArrayList<>();
    for (TaskResults.OfTask task : comparison.tasks()) {
      List<TaskScore> metrics =
          task.variants().values().stream()
              .map(TaskResults.OfVariant::scores)
              .filter(scores -> !scores.isEmpty())
              .findFirst()
              .orElse(List.of());
      metrics.forEach(metric -> rows.add(row(comparison, task, metric)));
    }
    return rows;
  }

  private static List<String> row(
      Comparison comparison, TaskResults.OfTask task, TaskScore metric) {
    List<String> row =
        new ArrayList<>(
            List.of(
                task.task(),
                metric.metric().id(),
                Integer.toString(task.shots()),
                Long.toString(metric.documents())));
    for (ScoredVariant variant : comparison.variants()) {
      Optional<TaskScore> score =
          Optional.ofNullable(task.variants().get(variant.name())).stream()
              .flatMap(found -> found.scores().stream())
              .filter(s -> s.metric() == metric.metric())
              .findFirst();
      row.add(score.map(ComparisonRows::shown).orElse("-"));
    }
    return row;
  }

  /** What each variant keeps of the model and of the baseline's mean. */
  static List<List<String>> variants(Comparison comparison) {
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < comparison.variants().size(); i++) {
      ScoredVariant variant = comparison.variants().get(i);
      Overall overall = comparison.overall().get(i);
      rows.add(
          List.of(
              variant.name(),
              Integer.toString(variant.variant().cuts().size()),
              percent(1 - variant.reduction().sublayers()),
              percent(1 - variant.reduction().parameters()),
              overall.mean().isPresent()
                  ? withError(overall.mean().getAsDouble(), overall.standardError())
                  : "-",
              overall.retained().isPresent() ? percent(overall.retained().getAsDouble()) : "-",
              overall.front() ? "*" : "",
              searched(variant)));
    }
    return rows;
  }

  private static String searched(ScoredVariant variant) {
    return variant.searched().entrySet().stream()
        .map(e -> e.getKey() + " " + Quantities.score(e.getValue()))
        .collect(Collectors.joining(", "));
  }

  static List<List<String>> differences(Comparison comparison) {
    return comparison.differences().stream().map(ComparisonRows::row).toList();
  }

  private static List<String> row(PairedDifference d) {
    boolean accuracy = d.pair().measured().accuracy();
    return List.of(
        d.pair().task(),
        d.pair().measured().id(),
        d.pair().second(),
        d.pair().first(),
        signed(d.difference()),
        interval(d.interval()),
        accuracy ? Long.toString(d.flips().lost()) : "-",
        accuracy ? Long.toString(d.flips().gained()) : "-",
        p(d.adjusted()));
  }

  static List<String> byVariant(Comparison comparison) {
    List<String> head = new ArrayList<>(List.of("task"));
    comparison.variants().stream().skip(1).forEach(v -> head.add(v.name()));
    return head;
  }

  /** A row for each main task with choices. */
  static List<List<String>> divergences(Comparison comparison) {
    return table(
        comparison,
        comparison.divergences(),
        d ->
            new Cell(
                d.task(),
                d.variant(),
                Quantities.scoreWithError(d.mean(), d.standardError().orElse(Double.NaN))));
  }

  /** A row for each main task with choices. */
  static List<List<String>> stabilities(Comparison comparison) {
    return table(
        comparison,
        comparison.stabilities(),
        k ->
            new Cell(
                k.task(),
                k.variant(),
                String.format(
                    Locale.ROOT,
                    "%.4f (%.1f of %d)",
                    k.stability(),
                    k.effectiveItems(),
                    k.items())));
  }

  /** What a variant but the baseline has on a task. */
  private record Cell(String task, String variant, String text) {}

  private static <T> List<List<String>> table(
      Comparison comparison, List<T> found, Function<T, Cell> cell) {
    Map<String, Map<String, String>> byTask = new LinkedHashMap<>();
    for (T each : found) {
      Cell c = cell.apply(each);
      byTask.computeIfAbsent(c.task(), t -> new LinkedHashMap<>()).put(c.variant(), c.text());
    }
    List<List<String>> rows = new ArrayList<>();
    byTask.forEach((task, texts) -> {
      List<String> row = new ArrayList<>(List.of(task));
      comparison.variants().stream()
          .skip(1)
          .forEach(v -> row.add(texts.getOrDefault(v.name(), "-")));
      rows.add(row);
    });
    return rows;
  }

  /** The mixture of all variants, a row for each task of texts. */
  static List<List<String>> mixtures(Comparison comparison) {
    return comparison.landscape().mixtures().stream()
        .map(m ->
            List.of(
                m.task(),
                Integer.toString(m.variants()),
                Quantities.count(m.tokens()),
                m.best(),
                Quantities.score(m.bestLoss()),
                Quantities.score(m.loss()),
                Quantities.score(m.regret()),
                Quantities.score(m.restartedRegret())))
        .toList();
  }

  /** What is near the baseline, a row for each task with choices. */
  static List<List<String>> balls(Comparison comparison) {
    return comparison.landscape().balls().stream()
        .map(ball ->
            List.of(
                ball.task(),
                Integer.toString(ball.variants()),
                ball.points().stream()
                    .map(p -> Quantities.score(p.radius()) + ": " + Quantities.score(p.weight()))
                    .collect(Collectors.joining(", "))))
        .toList();
  }

  static String verdict(Flip flip) {
    return "%s, document %d: %s by %s (against %s)"
        .formatted(
            flip.task(),
            flip.docId(),
            flip.gained() ? "gained" : "lost",
            flip.pair().second(),
            flip.pair().first());
  }

  /** The text of a choice; of a continuation where there are none. */
  static String choice(Flip flip, int i) {
    String text =
        flip.choices().isEmpty() ? flip.requests().get(i).continuation() : flip.choices().get(i);
    return text.strip().replaceAll("\\s+", " ");
  }

  /** The end of a prompt: the question stands there, behind the shots. */
  static String end(String prompt) {
    String line = prompt.strip().replaceAll("\\s+", " ");
    int length = line.codePointCount(0, line.length());
    return length <= PROMPT
        ? line
        : "..." + line.substring(line.offsetByCodePoints(0, length - PROMPT));
  }

  /** A share of right answers has four decimals, everything else four digits. */
  static String shown(TaskScore score) {
    boolean share = score.metric() == Metric.ACC || score.metric() == Metric.ACC_NORM;
    return share
        ? withError(score.value(), score.standardError())
        : score.standardError().isPresent()
            ? Quantities.scoreWithError(score.value(), score.standardError().getAsDouble())
            : Quantities.score(score.value());
  }

  static String withError(double value, OptionalDouble error) {
    return error.isPresent()
        ? String.format(Locale.ROOT, "%.4f ± %.4f", value, error.getAsDouble())
        : String.format(Locale.ROOT, "%.4f", value);
  }

  static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f%%", 100 * share);
  }

  static String signed(double value) {
    return String.format(Locale.ROOT, "%+.4f", value);
  }

  static String interval(ConfidenceInterval interval) {
    return signed(interval.low()) + " to " + signed(interval.high());
  }

  /** With three digits; a dash where there is no test. */
  static String p(OptionalDouble p) {
    return p.isPresent() ? String.format(Locale.ROOT, "%.3g", p.getAsDouble()) : "-";
  }
}
