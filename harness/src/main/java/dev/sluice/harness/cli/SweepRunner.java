package dev.sluice.harness.cli;

import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.report.TextReport;
import dev.sluice.harness.sweep.Journal;
import dev.sluice.harness.sweep.Sweep;
import dev.sluice.harness.sweep.SweepListener;
import dev.sluice.harness.sweep.SweepPlan;
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
    JournalFolder journals = console.journals(output.journal);
    try (Interrupt interrupt = Interrupt.install();
        Journal journal = journals.open(plan.name());
        LiveDisplay display = display(plan);
        SweepSession session =
            SweepSession.open(plan, journals.digestCache(), console.environment())) {
      Sweep.End end = session.sweep(journal, listeners(plan, display)).run(interrupt::requested);
      display.close();
      return end == Sweep.End.FINISHED ? report(journal) : interrupted(plan);
    }
  }

  private LiveDisplay display(SweepPlan plan) {
    LiveDisplay.Mode mode =
        output.quiet
            ? LiveDisplay.Mode.QUIET
            : console.terminal() ? LiveDisplay.Mode.LIVE : LiveDisplay.Mode.PLAIN;
    return new LiveDisplay(
        console.err(), mode, console.columns(), Clock.systemUTC(), plan);
  }

  private List<SweepListener> listeners(SweepPlan plan, LiveDisplay display) {
    List<SweepListener> listeners = new ArrayList<>();
    listeners.add(display);
    if (output.json) {
      listeners.add(new JsonEvents(console.out(), Clock.systemUTC(), plan));
    }
    return listeners;
  }

  private int report(Journal journal) {
    if (!output.json) {
      SweepState.of(journal.replay())
          .ifPresent(state -> console.out().print(TextReport.of(state, console.colour())));
    }
    return ExitCode.DONE;
  }

  private int interrupted(SweepPlan plan) {
    String folder = output.journal == null ? "" : " --journal " + output.journal;
    console.err().println("sluice: stopped. Go on with: sluice resume " + plan.name() + folder);
    return ExitCode.INTERRUPTED;
  }
}
