package dev.sluice.harness.cli;

import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.progress.LiveDisplay;
import dev.sluice.harness.report.ShellWord;
import dev.sluice.harness.report.TextReport;
import dev.sluice.harness.session.SweepSession;
import dev.sluice.harness.sweep.Journal;
import dev.sluice.harness.sweep.Sweep;
import dev.sluice.harness.sweep.SweepListener;
import dev.sluice.harness.sweep.SweepState;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** Runs one plan in the foreground: journal, session, display, Ctrl-C, report. */
final class SweepRunner {
  private final Console console;
  private final SweepOutput output;

  SweepRunner(Console console, SweepOutput output) {
    this.console = console;
    this.output = output;
  }

  /** Run or continue the plan's sweep; the exit code. */
  int run(SweepPlan plan) {
    String goOn =
        "Go on with: sluice resume "
            + plan.name()
            + plan.journal().map(j -> " --journal " + ShellWord.of(j)).orElse("");
    try (Interrupt interrupt = Interrupt.install(console.err(), goOn)) {
      JournalFolder journals = console.journals(plan.journal());
      if (sweep(plan, journals, interrupt) == Sweep.End.FINISHED) {
        return report(plan, journals);
      }
      console.err().println("sluice: stopped. " + goOn);
      return ExitCode.INTERRUPTED;
    }
  }

  private Sweep.End sweep(SweepPlan plan, JournalFolder journals, Interrupt interrupt) {
    try (Journal journal = journals.open(plan.name());
        LiveDisplay display = display(plan, interrupt);
        SweepSession session = SweepSession.open(plan, journals, console.environment())) {
      return session.sweep(journal, listeners(plan, display)).run(interrupt::requested);
    }
  }

  private LiveDisplay display(SweepPlan plan, Interrupt interrupt) {
    LiveDisplay.Mode mode =
        output.quiet
            ? LiveDisplay.Mode.QUIET
            : console.terminal() ? LiveDisplay.Mode.LIVE : LiveDisplay.Mode.PLAIN;
    LiveDisplay display =
        new LiveDisplay(console.err(), mode, console.columns(), Clock.systemUTC(), plan);
    interrupt.announceTo(display::note);
    return display;
  }

  private List<SweepListener> listeners(SweepPlan plan, LiveDisplay display) {
    List<SweepListener> listeners = new ArrayList<>();
    listeners.add(display);
    if (output.json) {
      listeners.add(new JsonEvents(console.out(), Clock.systemUTC(), plan));
    }
    return listeners;
  }

  private int report(SweepPlan plan, JournalFolder journals) {
    if (!output.json) {
      SweepState.of(journals.read(plan.name()))
          .map(state -> state.keptIn(plan.journal()))
          .ifPresent(state -> console.out().print(TextReport.of(state, console.colour())));
    }
    return ExitCode.DONE;
  }
}
