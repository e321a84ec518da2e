package dev.sluice.harness.progress;

import dev.sluice.harness.sweep.Cost;
import dev.sluice.harness.sweep.Progress;
import dev.sluice.harness.sweep.Progress.Running;
import dev.sluice.harness.sweep.ScoringTask;
import dev.sluice.harness.sweep.Step;
import dev.sluice.harness.sweep.SweepEvent.StepCommitted;
import dev.sluice.harness.sweep.SweepEvent.SweepFinished;
import dev.sluice.harness.sweep.SweepEvent.SweepStarted;
import dev.sluice.harness.sweep.SweepEvent.TrialsScored;
import dev.sluice.harness.sweep.SweepListener;
import dev.sluice.harness.sweep.SweepState;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Score;
import java.util.List;
import java.util.Map;

/** Tells listeners of a made-up sweep as a running one would, in slices of four. */
public final class SampleRun {
  private static final int SLICE = 4;

  private final SweepState state;
  private final FixedClock clock;

  public SampleRun(SweepState state, FixedClock clock) {
    this.state = state;
    this.clock = clock;
  }

  public void start(SweepListener listener, boolean replayed) {
    listener.on(new SweepStarted(state.plan(), state.provenance()), replayed);
  }

  /** One step to its decision, each slice in ten rows of 50 ms. */
  public void step(SweepListener listener, int number) {
    open(listener, number);
    commit(listener, number, false);
  }

  /** All trials of a step, without the decision. */
  public void open(SweepListener listener, int number) {
    List<Trial> trials = state.trialsOf(number);
    listener.taskStarted(task(number, trials));
    for (int from = 0; from < trials.size(); from += SLICE) {
      List<Trial> slice = trials.subList(from, Math.min(from + SLICE, trials.size()));
      for (int row = 1; row <= 10; row++) {
        clock.advance(50);
        listener.progress(progress(number, row, slice));
      }
      listener.on(new TrialsScored(slice, Cost.NONE), false);
    }
  }

  /** A step that scores just these. */
  public static ScoringTask task(int number, List<Trial> trials) {
    return new ScoringTask(
        number,
        ScoringTask.Kind.STEP,
        Variant.intact(),
        trials.stream().map(Trial::candidate).toList(),
        10);
  }

  public static Progress progress(int step, int row, List<Trial> slice) {
    List<Running> running =
        slice.stream().map(t -> running(t.candidate(), t.scores().getFirst())).toList();
    return new Progress(step, row, 10, running, 12_345.6);
  }

  private static Running running(Candidate candidate, Score score) {
    double mean = score.mean() * 0.9;
    return new Running(candidate, mean, Map.of(score.measure(), mean));
  }

  public void commit(SweepListener listener, int number, boolean replayed) {
    Step step = state.steps().get(number - 1);
    listener.on(new StepCommitted(step), replayed);
  }

  public void replay(SweepListener listener, int number) {
    listener.on(new TrialsScored(state.trialsOf(number), Cost.NONE), true);
    commit(listener, number, true);
  }

  public void finish(SweepListener listener) {
    listener.on(new SweepFinished(SweepFinished.Reason.RATIO_REACHED), false);
  }
}
