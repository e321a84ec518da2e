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
    try (Interrupt interrupt = Interrupt.install()) {
      JournalFolder journals = console.journals(output.journal);
      int code = sweep(plan, journals, interrupt);
      return code == ExitCode.DONE ? report(plan, journals) : interrupted(plan);
    }
  }

  private int sweep(SweepPlan plan, JournalFolder journals, Interrupt interrupt) {
    try (Journal journal = journals.open(plan.name());
        LiveDisplay display = display(plan);
        SweepSession session =
            SweepSession.open(plan, journals.digestCache(), console.environment())) {
      Sweep sweep = session.sweep(journal, listeners(plan, display));
      return sweep.run(interrupt::requested) == Sweep.End.FINISHED
          ? ExitCode.DONE
          : ExitCode.INTERRUPTED;
    }
  }

  private LiveDisplay display(SweepPlan plan) {
    LiveDisplay.Mode mode =
        output.quiet
            ? LiveDisplay.Mode.QUIET
            : console.terminal() ? LiveDisplay.Mode.LIVE : LiveDisplay.Mode.PLAIN;
    return new LiveDisplay(console.err(), mode, console.columns(), Clock.systemUTC(), plan);
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
