package dev.sluice.harness.cli;

import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.sweep.Step;
import dev.sluice.harness.sweep.SweepState;
import java.time.temporal.ChronoUnit;
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
    List<JournalFolder.Entry> entries = console.journals(journal.folder()).list();
    if (entries.isEmpty()) {
      console.err().println("sluice: no sweep yet; try 'sluice demo'");
      return ExitCode.DONE;
    }
    console.out().printf(ROW, "name", "state", "steps", "cut", "last change", "model");
    entries.forEach(this::print);
    return ExitCode.DONE;
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
