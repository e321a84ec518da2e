package dev.sluice.harness.comparison;

import dev.sluice.harness.presentation.TextTable;
import dev.sluice.harness.tasks.TaskResults;
import dev.sluice.scorers.statistics.MixtureRegret;
import java.util.List;
import java.util.Locale;

/** A comparison as tables for a terminal. */
public final class ComparisonText {
  /** Columns of what stands before a fact. */
  private static final int LABEL = 12;

  private final Comparison comparison;
  private final StringBuilder out = new StringBuilder();

  private ComparisonText(Comparison comparison) {
    this.comparison = comparison;
  }

  /** The tables, ended by a line end. */
  public static String of(Comparison comparison) {
    ComparisonText text = new ComparisonText(comparison);
    text.out.append(
        TextTable.of(ComparisonRows.scoresHead(comparison), ComparisonRows.scores(comparison)));
    text.variants();
    text.section(
        "Differences, paired over items (log_likelihood in nats a request; p of McNemar's exact"
            + " test, Holm-adjusted)",
        ComparisonRows.DIFFERENCES,
        ComparisonRows.differences(comparison));
    text.section(
        "Divergence of the choices from " + comparison.baseline().name() + "'s (KL, nats an item)",
        ComparisonRows.byVariant(comparison),
        ComparisonRows.divergences(comparison));
    text.section(
        "Stability: what is kept of "
            + comparison.baseline().name()
            + "'s right and wrong"
            + " (LLM-Streamline's, items by weight)",
        ComparisonRows.byVariant(comparison),
        ComparisonRows.stabilities(comparison));
    text.section(
        "Mixture of all variants, nats a token (" + MixtureRegret.LABEL + ")",
        ComparisonRows.MIXTURES,
        ComparisonRows.mixtures(comparison));
    text.section(
        "Variants near "
            + comparison.baseline().name()
            + "'s choices, nats ("
            + MixtureRegret.LABEL
            + ")",
        ComparisonRows.BALLS,
        ComparisonRows.balls(comparison));
    comparison.flips().forEach(text::flip);
    text.footer();
    return text.out.toString();
  }

  private void section(String title, List<String> head, List<List<String>> rows) {
    if (!rows.isEmpty()) {
      out.append('\n').append(title).append('\n').append(TextTable.of(head, rows));
    }
  }

  private void variants() {
    int tasks = comparison.overall().getFirst().tasks();
    section(
        "Variants: what is kept, and the mean of "
            + tasks
            + (tasks == 1 ? " task" : " tasks")
            + " (acc_norm where a task has it); * no other saves more parameters at a better mean",
        ComparisonRows.VARIANTS,
        ComparisonRows.variants(comparison));
  }

  private void flip(Flip flip) {
    out.append('\n').append(ComparisonRows.verdict(flip)).append('\n');
    out.append("  ").append(ComparisonRows.end(flip.requests().getFirst().context())).append('\n');
    for (int i = 0; i < flip.answers().size(); i++) {
      out.append(
          String.format(
              Locale.ROOT,
              "  %s %10.3f %10.3f  %s%n",
              flip.choices().isEmpty() || i == flip.gold() ? ">" : " ",
              flip.answers().get(i).logLikelihood(),
              flip.others().get(i).logLikelihood(),
              ComparisonRows.choice(flip, i)));
    }
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
          int width = facts.keySet().stream().mapToInt(String::length).max().orElse(0);
          String line = "%-" + Math.max(LABEL, width) + "s %s%n";
          facts.forEach((name, value) -> out.append(line.formatted(name, value)));
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
