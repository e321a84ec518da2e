package dev.sluice.harness.cli;

import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.report.HtmlReport;
import dev.sluice.harness.report.JsonReport;
import dev.sluice.harness.report.TextReport;
import dev.sluice.harness.sweep.SweepState;
import dev.sluice.scorers.PrerequisiteException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints what a sweep found, finished or not. */
@Command(
    name = "report",
    description = "Print what a sweep found so far: also while it runs.",
    mixinStandardHelpOptions = true)
final class ReportCommand implements Callable<Integer> {

  /** What a report is written as. */
  enum Format {
    text,
    json,
    html
  }

  private final Console console;

  @Parameters(paramLabel = "NAME", description = "Name of the sweep; see 'sluice list'.")
  private String name = "";

  @Mixin private final JournalOption journal = new JournalOption();

  @Option(
      names = "--format",
      description = "One of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Format format = Format.text;

  ReportCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    JournalFolder journals = console.journals(journal.folder());
    SweepState state =
        SweepState.of(journals.read(name))
            .orElseThrow(
                () -> new PrerequisiteException(journals.fileOf(name) + ": nothing journalled yet"))
            .keptIn(journal.folder());
    String report =
        switch (format) {
          case text -> TextReport.of(state, console.colour());
          case json -> JsonReport.of(state);
          case html -> HtmlReport.of(state);
        };
    console.out().print(report);
    console.out().flush();
    return ExitCode.DONE;
  }
}
