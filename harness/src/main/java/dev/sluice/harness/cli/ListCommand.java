package dev.sluice.harness.cli;

import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.presentation.TextTable;
import dev.sluice.harness.sweep.Step;
import dev.sluice.harness.sweep.SweepState;
import dev.sluice.harness.tasks.Evaluation;
import dev.sluice.scorers.PrerequisiteException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists the sweeps of a journal folder. */
@Command(
    name = "list",
    description = "List the sweeps of a journal folder.",
    mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {
  private static final String ROW = "%-36s %-10s %6s %7s  %-20s %s%n";

  private final Console console;

  @Mixin private final JournalOption journal = new JournalOption();

  ListCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    JournalFolder journals = console.journals(journal.folder());
    List<JournalFolder.Entry> entries = journals.list();
    List<String> evaluations = journals.evaluations();
    if (entries.isEmpty() && evaluations.isEmpty()) {
      console.err().println("sluice: no sweep yet; try 'sluice demo'");
      return ExitCode.DONE;
    }
    if (!entries.isEmpty()) {
      console.out().printf(ROW, "name", "state", "steps", "cut", "last change", "model");
      entries.forEach(this::print);
    }
    evaluations(journals, evaluations);
    return ExitCode.DONE;
  }

  private void evaluations(JournalFolder journals, List<String> names) {
    if (names.isEmpty()) {
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    for (String name : names) {
      rows.add(row(journals, name));
    }
    List<String> head = List.of("evaluation", "variants", "tasks", "started", "model");
    console.out().print("\n" + TextTable.of(head, rows));
  }

  private static List<String> row(JournalFolder journals, String name) {
    try {
      Evaluation evaluation = journals.evaluation(name).evaluation();
      return List.of(
          name,
          Integer.toString(evaluation.variants().size()),
          Integer.toString(evaluation.tasks().size()),
          evaluation.started().truncatedTo(ChronoUnit.SECONDS).toString(),
          evaluation.provenance().getOrDefault("model", ""));
    } catch (PrerequisiteException e) {
      return List.of(name, "unreadable", "", "", String.valueOf(e.getMessage()));
    }
  }

  private void print(JournalFolder.Entry entry) {
    String time = entry.lastChange().truncatedTo(ChronoUnit.SECONDS).toString();
    if (entry.problem().isPresent()) {
      console.out().printf(ROW, entry.name(), "unreadable", "", "", time, entry.problem().get());
    } else if (entry.state().isEmpty()) {
      console.out().printf(ROW, entry.name(), "empty", "", "", time, "");
    } else {
      print(entry.name(), time, entry.state().get());
    }
  }

  private void print(String name, String time, SweepState state) {
    List<Step> steps = state.steps();
    double ratio = steps.isEmpty() ? 0 : steps.getLast().reduction().sublayers();
    console
        .out()
        .printf(
            ROW,
            name,
            state.finished().isPresent() ? "finished" : "unfinished",
            steps.size(),
            String.format(Locale.ROOT, "%.1f%%", 100 * ratio),
            time,
            state.plan().model());
  }
}
