package dev.sluice.harness.cli;

import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.sweep.SweepState;
import dev.sluice.scorers.PrerequisiteException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Goes on with a sweep where its journal ends. */
@Command(
    name = "resume",
    description = "Go on with a sweep that was stopped or killed.",
    mixinStandardHelpOptions = true)
final class ResumeCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "NAME", description = "Name of the sweep; see 'sluice list'.")
  private String name = "";

  @Mixin private final JournalOption journal = new JournalOption();

  @Mixin private final SweepOutput output = new SweepOutput();

  ResumeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    JournalFolder journals = console.journals(journal.folder());
    SweepState state =
        SweepState.of(journals.read(name))
            .orElseThrow(() ->
                new PrerequisiteException(
                    journals.fileOf(name)
                        + ": nothing was journalled yet; start it with 'sluice run'"));
    return new SweepRunner(console, output).run(state.plan().keptIn(journal.folder()));
  }
}
