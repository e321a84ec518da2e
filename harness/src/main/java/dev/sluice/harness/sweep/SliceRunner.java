package dev.sluice.harness.sweep;

import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Variant;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/** Scores slices of a step's candidates. Not safe for use by several threads at once. */
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

  /**
   * A step as its slices see it.
   *
   * @param number from 1
   * @param committed what is cut before it
   * @param candidates all of the step's candidates
   */
  record StepPlan(int number, Variant committed, List<Candidate> candidates) {
    public StepPlan {
      candidates = List.copyOf(candidates);
    }

    /** The variant that a candidate of this step stands for. */
    Variant variant(Candidate candidate) {
      return committed.and(candidate.sublayers());
    }
  }

  /** Prepare for a step; called before its first slice that is run. */
  void begin(StepPlan step);

  /**
   * Score some of the step's candidates.
   *
   * @param toBeat the best final objective of the step's earlier slices
   * @param progress gets running values while prompts flow
   */
  Slice run(
      StepPlan step, List<Candidate> slice, OptionalDouble toBeat, Consumer<Progress> progress);
}
