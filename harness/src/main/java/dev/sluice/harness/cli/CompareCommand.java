package dev.sluice.harness.cli;

import dev.sluice.harness.comparison.Comparer;
import dev.sluice.harness.comparison.Comparison;
import dev.sluice.harness.comparison.ComparisonJson;
import dev.sluice.harness.comparison.ComparisonPage;
import dev.sluice.harness.comparison.ComparisonTable;
import dev.sluice.harness.comparison.ComparisonText;
import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.tasks.EvaluationReader;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Holds the variants of evaluations against each other. */
@Command(
    name = "compare",
    description = "Compare variants that were evaluated, item by item.",
    mixinStandardHelpOptions = true)
final class CompareCommand implements Callable<Integer> {

  /** What a comparison is written as. */
  enum Format {
    text,
    json,
    csv,
    html,
    parquet
  }

  private final Console console;
  private final Map<String, EvaluationReader> opened = new HashMap<>();

  @Parameters(
      arity = "1..*",
      paramLabel = "EVALUATION[:VARIANT]",
      description = "All variants of an evaluation, or one; the first is the baseline.")
  private List<String> chosen = List.of();

  @Mixin private final JournalOption journal = new JournalOption();

  @Option(
      names = "--pairs",
      description = "all, or baseline: only against the first. Default: ${DEFAULT-VALUE}.")
  private Pairs pairs = Pairs.all;

  @Option(
      names = "--flips",
      paramLabel = "N",
      description =
          "Items to list that only one of two variants gets right: so many lost and gained for each"
              + " pair and task. Default: 0; in html 5.")
  private @Nullable Long flips;

  @Option(
      names = "--format",
      description = "One of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Format format = Format.text;

  @Option(
      names = "--table",
      description =
          "What csv and parquet hold: one of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Table table = Table.scores;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "Write there instead of to stdout; parquet needs it.")
  private @Nullable Path output;

  /** Which pairs. */
  enum Pairs {
    all(Comparer.Pairs.ALL),
    baseline(Comparer.Pairs.BASELINE);

    private final Comparer.Pairs pairs;

    Pairs(Comparer.Pairs pairs) {
      this.pairs = pairs;
    }
  }

  /** What a table holds. */
  enum Table {
    scores(ComparisonTable.SCORES),
    variants(ComparisonTable.VARIANTS),
    differences(ComparisonTable.DIFFERENCES),
    divergences(ComparisonTable.DIVERGENCES),
    stabilities(ComparisonTable.STABILITIES),
    flips(ComparisonTable.FLIPS);

    private final ComparisonTable table;

    Table(ComparisonTable table) {
      this.table = table;
    }
  }

  CompareCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (flips != null && flips < 0) {
      throw new PrerequisiteException("--flips " + flips + ": write 0 or more");
    }
    if (format == Format.parquet && output == null) {
      throw new PrerequisiteException("--format parquet needs a file: name it with --output FILE");
    }
    JournalFolder journals = console.journals(journal.folder());
    List<Comparer.Choice> choices = chosen.stream().map(c -> choice(journals, c)).toList();
    Comparison comparison =
        Comparer.compare(choices, new Comparer.Scope(pairs.pairs, flips == null ? usual() : flips));
    write(comparison);
    return ExitCode.DONE;
  }

  private long usual() {
    return format == Format.html || table == Table.flips ? 5 : 0;
  }

  /** Names of evaluations have no colon, those of variants may. Each evaluation is opened once. */
  private Comparer.Choice choice(JournalFolder journals, String text) {
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    return new Comparer.Choice(
        opened.computeIfAbsent(name, journals::evaluation),
        colon < 0 ? Optional.empty() : Optional.of(text.substring(colon + 1)));
  }

  private void write(Comparison comparison) {
    if (format == Format.parquet && output != null) {
      table.table.parquet(comparison, output);
      return;
    }
    String text =
        switch (format) {
          case text -> ComparisonText.of(comparison);
          case json -> ComparisonJson.of(comparison).toPrettyString() + "\n";
          case csv -> table.table.csv(comparison);
          case html -> ComparisonPage.of(comparison);
          case parquet -> throw new IllegalStateException("written above");
        };
    if (output == null) {
      console.out().print(text);
      console.out().flush();
    } else {
      write(output, text);
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new PrerequisiteException(
          "cannot write " + file + " (" + e + "): choose another --output", e);
    }
  }
}
