package dev.sluice.harness.sweep;

import dev.sluice.harness.sweep.SweepEvent.GradientsTaken;
import dev.sluice.harness.sweep.SweepEvent.Profiled;
import dev.sluice.harness.variant.Candidate;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/** Scores slices of what a strategy asks for. Not safe for use by several threads at once. */
public interface SliceRunner {

  /**
   * What one slice gave.
   *
   * @param trials one for each candidate of the slice
   */
  record Slice(List<Trial> trials, Cost cost) {
    public Slice {
      trials = List.copyOf(trials);
    }
  }

  /** Prepare for a task; called before its first slice that is run. */
  void begin(ScoringTask task);

  /**
   * Score some of a task's candidates.
   *
   * @param toBeat the best final objective of the task's earlier slices
   * @param progress gets running values while prompts flow
   */
  Slice run(
      ScoringTask task, List<Candidate> slice, OptionalDouble toBeat, Consumer<Progress> progress);

  /** Profile the intact model on all calibration rows. */
  Profiled profile();

  /** Take the gradients of the intact model's loss on all calibration rows. */
  GradientsTaken gradients();
}
