package dev.sluice.harness.comparison;

import dev.sluice.harness.answers.Answer;
import dev.sluice.harness.comparison.Comparison.Divergence;
import dev.sluice.harness.comparison.Comparison.Overall;
import dev.sluice.harness.presentation.Quantities;
import dev.sluice.harness.presentation.TextTable;
import dev.sluice.harness.tasks.ScoredVariant;
import dev.sluice.harness.tasks.TaskResults;
import dev.sluice.harness.tasks.TaskScore;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A comparison as tables for a terminal. */
public final class ComparisonText {
  /** Code points of a prompt's end that are shown of a flip. */
  private static final int PROMPT = 240;

  private final Comparison comparison;
  private final StringBuilder out = new StringBuilder();

  private ComparisonText(Comparison comparison) {
    this.comparison = comparison;
  }

  /** The tables, ended by a line end. */
  public static String of(Comparison comparison) {
    ComparisonText text = new ComparisonText(comparison);
    text.scores();
    text.variants();
    text.differences();
    text.divergences();
    text.flips();
    text.footer();
    return text.out.toString();
  }

  private void section(String title, TextTable table) {
    if (!table.isEmpty()) {
      out.append('\n').append(title).append('\n').append(table);
    }
  }

  private void scores() {
    List<String> head = new ArrayList<>(List.of("task", "metric", "shots", "items"));
    comparison.variants().forEach(v -> head.add(v.name()));
    TextTable table = new TextTable(head);
    for (TaskResults.OfTask task : comparison.tasks()) {
      List<TaskScore> metrics =
          task.variants().values().stream()
              .map(TaskResults.OfVariant::scores)
              .filter(scores -> !scores.isEmpty())
              .findFirst()
              .orElse(List.of());
      metrics.forEach(metric -> table.row(row(task, metric)));
    }
    out.append(table);
  }

  private List<String> row(TaskResults.OfTask task, TaskScore metric) {
    List<String> row =
        new ArrayList<>(
            List.of(
                task.task(),
                metric.metric().id(),
                Integer.toString(task.shots()),
                Long.toString(metric.documents())));
    for (ScoredVariant variant : comparison.variants()) {
      TaskResults.OfVariant found = task.variants().get(variant.name());
      Optional<TaskScore> score =
          found == null
              ? Optional.empty()
              : found.scores().stream().filter(s -> s.metric() == metric.metric()).findFirst();
      row.add(score.map(Figures::score).orElse("-"));
    }
    return row;
  }

  private void variants() {
    TextTable table =
        new TextTable(
            List.of(
                "variant", "cuts", "sublayers", "params", "mean", "retained", "front", "found by"));
    for (int i = 0; i < comparison.variants().size(); i++) {
      ScoredVariant variant = comparison.variants().get(i);
      Overall overall = comparison.overall().get(i);
      table.row(
          List.of(
              variant.name(),
              Integer.toString(variant.variant().cuts().size()),
              Figures.percent(1 - variant.reduction().sublayers()),
              Figures.percent(1 - variant.reduction().parameters()),
              overall.mean().isPresent()
                  ? Figures.withError(overall.mean().getAsDouble(), overall.standardError())
                  : "-",
              overall.retained().isPresent()
                  ? Figures.percent(overall.retained().getAsDouble())
                  : "-",
              overall.front() ? "*" : "",
              searched(variant)));
    }
    int tasks = comparison.overall().getFirst().tasks();
    section(
        "Variants: what is kept, and the mean of "
            + tasks
            + (tasks == 1 ? " task" : " tasks")
            + " (acc_norm where a task has it); * no other saves more parameters at a better mean",
        table);
  }

  private static String searched(ScoredVariant variant) {
    return variant.searched().entrySet().stream()
        .map(e -> e.getKey() + " " + Quantities.score(e.getValue()))
        .collect(Collectors.joining(", "));
  }

  private void differences() {
    TextTable table =
        new TextTable(
            List.of(
                "task",
                "metric",
                "variant",
                "against",
                "difference",
                "95 % interval",
                "lost",
                "gained",
                "p"));
    for (PairedDifference d : comparison.differences()) {
      boolean accuracy = d.pair().measured().accuracy();
      table.row(
          List.of(
              d.pair().task(),
              d.pair().measured().id(),
              d.pair().second(),
              d.pair().first(),
              Figures.signed(d.difference()),
              Figures.interval(d.interval()),
              accuracy ? Long.toString(d.flips().lost()) : "-",
              accuracy ? Long.toString(d.flips().gained()) : "-",
              Figures.p(d.adjusted())));
    }
    section(
        "Differences, paired over items (log_likelihood in nats a request; p of McNemar's exact"
            + " test, Holm-adjusted)",
        table);
  }

  private void divergences() {
    List<String> head = new ArrayList<>(List.of("task"));
    comparison.variants().stream().skip(1).forEach(v -> head.add(v.name()));
    TextTable table = new TextTable(head);
    Map<String, List<Divergence>> byTask =
        comparison.divergences().stream()
            .collect(
                Collectors.groupingBy(
                    Divergence::task, java.util.LinkedHashMap::new, Collectors.toList()));
    byTask.forEach((task, found) -> {
      List<String> row = new ArrayList<>(List.of(task));
      comparison.variants().stream().skip(1).forEach(v -> row.add(divergence(found, v.name())));
      table.row(row);
    });
    section(
        "Divergence of the choices from " + comparison.baseline().name() + "'s (KL, nats an item)",
        table);
  }

  private static String divergence(List<Divergence> found, String variant) {
    return found.stream()
        .filter(d -> d.variant().equals(variant))
        .map(d -> Quantities.scoreWithError(d.mean(), d.standardError().orElse(Double.NaN)))
        .findFirst()
        .orElse("-");
  }

  private void flips() {
    for (Flip flip : comparison.flips()) {
      out.append(
          "%n%s, document %d: %s by %s (against %s)%n"
              .formatted(
                  flip.task(),
                  flip.docId(),
                  flip.gained() ? "gained" : "lost",
                  flip.pair().second(),
                  flip.pair().first()));
      out.append("  ").append(end(flip.requests().getFirst().context())).append('\n');
      for (int i = 0; i < flip.answers().size(); i++) {
        out.append(choice(flip, i));
      }
    }
  }

  private static String choice(Flip flip, int i) {
    Answer first = flip.answers().get(i);
    Answer second = flip.others().get(i);
    String text =
        flip.choices().isEmpty()
            ? flip.requests().get(i).continuation().strip()
            : flip.choices().get(i);
    return String.format(
        Locale.ROOT,
        "  %s %10.3f %10.3f  %s%n",
        flip.choices().isEmpty() || i == flip.gold() ? ">" : " ",
        first.logLikelihood(),
        second.logLikelihood(),
        text.replaceAll("\\s+", " "));
  }

  /** The question stands at the end, behind the shots. */
  static String end(String prompt) {
    String line = prompt.strip().replaceAll("\\s+", " ");
    int length = line.codePointCount(0, line.length());
    return length <= PROMPT
        ? line
        : "..." + line.substring(line.offsetByCodePoints(0, length - PROMPT));
  }

  private void footer() {
    out.append('\n');
    for (TaskResults.OfTask task : comparison.tasks()) {
      if (task.skipped() > 0) {
        out.append("%s: %d rows skipped%n".formatted(task.task(), task.skipped()));
      }
    }
    comparison.notes().forEach(note -> out.append(note).append('\n'));
    out.append("near ties    %d answers that rounding may decide%n".formatted(nearTies()));
    comparison
        .provenance()
        .forEach((evaluation, facts) -> {
          out.append("evaluation   ").append(evaluation).append('\n');
          facts.forEach((name, value) -> out.append("%-12s %s%n".formatted(name, value)));
        });
  }

  /** A group counts those of its tasks. */
  private long nearTies() {
    return comparison.tasks().stream()
        .filter(task -> comparison.main().contains(task.task()))
        .flatMap(task -> task.variants().values().stream())
        .mapToLong(TaskResults.OfVariant::nearTies)
        .sum();
  }
}
