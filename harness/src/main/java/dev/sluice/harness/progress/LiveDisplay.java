package dev.sluice.harness.progress;

import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.presentation.Quantities;
import dev.sluice.harness.sweep.Progress;
import dev.sluice.harness.sweep.ScoringTask;
import dev.sluice.harness.sweep.Step;
import dev.sluice.harness.sweep.SweepEvent;
import dev.sluice.harness.sweep.SweepEvent.SweepFinished;
import dev.sluice.harness.sweep.SweepListener;
import dev.sluice.harness.sweep.Trial;
import java.io.PrintStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * Shows a running sweep in a terminal, or as plain lines where there is none.
 *
 * <p>Safe for use by several threads: a signal handler may {@link #close()} it while the sweep goes
 * on. No line is wider than the terminal.
 */
public final class LiveDisplay implements SweepListener, AutoCloseable {
  private static final long REDRAW_MILLIS = 100;
  private static final long PLAIN_MILLIS = 10_000;
  private static final int NARROWEST = 20;

  private final PrintStream err;
  private final Mode mode;
  private final int columns;
  private final Clock clock;
  private final SweepPlan plan;
  private final SweepForecast forecast;
  private final Leader leader;
  private final List<Step> cuts = new ArrayList<>();
  private final long begun;
  private double tokensPerSecond;
  private String ending = "";
  private int replayedSteps;
  private int replayedTrials;
  private boolean active;
  private boolean closed;
  private int linesDrawn;
  private long lastShown;

  /** How much is shown. */
  public enum Mode {
    /** A few lines that are redrawn in place: needs a terminal that knows ANSI sequences. */
    LIVE,
    /** A line for each step, and one at most every ten seconds in between. */
    PLAIN,
    /** Nothing. */
    QUIET
  }

  /**
   * A display that has shown nothing yet.
   *
   * @param err where it is shown; stays open
   * @param columns width of the terminal
   * @param plan of the sweep that will be announced
   */
  public LiveDisplay(PrintStream err, Mode mode, int columns, Clock clock, SweepPlan plan) {
    this.err = err;
    this.mode = mode;
    this.columns = Math.max(NARROWEST, columns);
    this.clock = clock;
    this.plan = plan;
    this.forecast = new SweepForecast(plan);
    this.leader = new Leader(plan.search().objective());
    this.begun = clock.millis();
    this.lastShown = mode == Mode.PLAIN ? begun : begun - REDRAW_MILLIS;
  }

  @Override
  public synchronized void on(SweepEvent event, boolean replayed) {
    switch (event) {
      case SweepEvent.SweepStarted started -> forecast.started(started.provenance().config());
      case SweepEvent.TrialsScored scored -> {
        scored.trials().forEach(this::scored);
        replayedTrials += replayed ? scored.trials().size() : 0;
      }
      case SweepEvent.VariantsSurveyed seen -> forecast.surveyed(seen.trials());
      case SweepEvent.Profiled ignored -> plain("profiled the intact model's hidden states");
      case SweepEvent.GradientsTaken ignored ->
          plain("took the gradients of the intact model's loss");
      case SweepEvent.Attributed ignored -> {}
      case SweepEvent.StepCommitted committed -> committed(committed.step(), replayed);
      case SweepFinished finished -> finished(finished.reason());
    }
    active |= !replayed;
    redraw();
  }

  private void scored(Trial trial) {
    forecast.scored(trial);
    leader.scored(trial);
  }

  private void committed(Step step, boolean replayed) {
    forecast.committed(step);
    leader.clear();
    cuts.add(step);
    if (replayed) {
      replayedSteps = step.number();
      replayedTrials = 0;
    } else {
      plain(
          "step "
              + step.number()
              + of()
              + ": cut "
              + step.committed()
              + ", "
              + score(step.score())
              + ", "
              + Quantities.percent(step.reduction().sublayers())
              + " of sublayers, "
              + Quantities.percent(step.reduction().parameters())
              + " of parameters"
              + left(", "));
    }
  }

  private void finished(SweepFinished.Reason reason) {
    ending =
        switch (reason) {
          case RATIO_REACHED -> "finished: the asked share is cut";
          case DIVERGENCE_BOUND -> "finished: the next cut would cross the divergence bound";
          case EXHAUSTED -> "finished: no candidate is left that may be cut";
        };
    plain(ending);
  }

  @Override
  public synchronized void taskStarted(ScoringTask task) {
    if (!active && (replayedSteps > 0 || replayedTrials > 0)) {
      plain(
          "resumed after step "
              + replayedSteps
              + ", "
              + replayedTrials
              + " candidates of the next are scored already");
    }
    active = true;
    forecast.taskStarted(task);
    redraw();
  }

  @Override
  public synchronized void progress(Progress progress) {
    active = true;
    forecast.progress(progress);
    leader.progress(progress);
    tokensPerSecond = progress.tokensPerSecond();
    redraw();
    if (mode == Mode.PLAIN && clock.millis() - lastShown >= PLAIN_MILLIS) {
      plain(task() + ": " + position() + leader.text(", best ") + speed() + left(", "));
    }
  }

  /** Print a line of its own, above what is redrawn; nothing in quiet mode. */
  public synchronized void note(String message) {
    if (mode == Mode.QUIET) {
      return;
    }
    StringBuilder text = new StringBuilder(home());
    err.print(text.append(clip(message, columns)).append('\n'));
    err.flush();
    linesDrawn = 0;
    draw();
  }

  /** Show the last state and leave the cursor on a new line. Further calls show nothing. */
  @Override
  public synchronized void close() {
    if (!closed) {
      draw();
    }
    closed = true;
  }

  private void plain(String line) {
    if (mode == Mode.PLAIN && !closed) {
      err.print(clip(line, columns) + "\n");
      err.flush();
      lastShown = clock.millis();
    }
  }

  private void redraw() {
    if (clock.millis() - lastShown >= REDRAW_MILLIS) {
      draw();
    }
  }

  private void draw() {
    if (mode != Mode.LIVE || !active || closed) {
      return;
    }
    StringBuilder text = new StringBuilder(home());
    List<String> lines = lines();
    lines.forEach(l -> text.append(clip(l, columns - 1)).append('\n'));
    err.print(text);
    err.flush();
    linesDrawn = lines.size();
    lastShown = clock.millis();
  }

  /** To the first drawn line, with all below it cleared. */
  private String home() {
    return linesDrawn == 0 ? "" : "\u001b[" + linesDrawn + "A\r\u001b[J";
  }

  private List<String> lines() {
    List<String> lines = new ArrayList<>();
    if (ending.isEmpty()) {
      String head = task() + "  ";
      String tail = "  " + position();
      int room = Math.min(40, columns - 1 - head.length() - tail.length());
      lines.add(head + (room >= 5 ? bar(forecast.share(), room) : "") + tail);
      lines.add(leader.text("best  "));
    } else {
      lines.add(ending);
    }
    lines.add(cutsThatFit());
    String elapsed = Quantities.duration((clock.millis() - begun) / 1000.0) + " elapsed";
    lines.add("time  " + elapsed + left(", ") + speed());
    return lines;
  }

  private String task() {
    return forecast.survey() > 0 ? "survey " + forecast.survey() : "step " + forecast.step() + of();
  }

  private String of() {
    return forecast.steps().isEmpty()
        ? ""
        : (forecast.bounded() ? " of at most " : " of ") + forecast.steps().getAsInt();
  }

  private String position() {
    return forecast.candidates() == 0
        ? forecast.scored() + " candidates"
        : forecast.scored() + "/" + forecast.candidates() + " candidates";
  }

  private String speed() {
    return tokensPerSecond > 0
        ? ", " + Quantities.count(Math.round(tokensPerSecond)) + " tokens/s"
        : "";
  }

  private String left(String before) {
    if (forecast.secondsLeft().isEmpty() || !ending.isEmpty()) {
      return "";
    }
    return before
        + (forecast.bounded() ? "at most " : "about ")
        + Quantities.duration(forecast.secondsLeft().getAsDouble())
        + " to go";
  }

  private String score(double value) {
    return plan.search().objective().id() + " " + Quantities.score(value);
  }

  /** The last cuts, as many as one line holds. */
  private String cutsThatFit() {
    StringBuilder line = new StringBuilder();
    for (Step step : cuts.reversed()) {
      String cut = step.committed() + " " + Quantities.score(step.score());
      if (line.length() + cut.length() + 9 > columns) {
        break;
      }
      line.insert(0, line.isEmpty() ? cut : cut + ", ");
    }
    return "cut   " + (cuts.isEmpty() ? "nothing yet" : line);
  }

  public static String bar(double share, int width) {
    int full = (int) Math.floor(Math.clamp(share, 0, 1) * width);
    return "█".repeat(full) + "░".repeat(width - full);
  }

  private static String clip(String text, int width) {
    String line =
        text.codePoints()
            .map(c -> Character.isISOControl(c) ? ' ' : c)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    return line.length() <= width ? line : line.substring(0, width - 1) + "…";
  }
}
