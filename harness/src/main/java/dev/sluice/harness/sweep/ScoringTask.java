package dev.sluice.harness.sweep;

import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Variant;
import java.util.List;

/**
 * Candidates that are scored together, on the same rows and beside the same cuts.
 *
 * @param number of the step or of the survey, each from 1
 * @param kind what becomes of the scores
 * @param base what is cut beside each candidate
 * @param candidates all of them, in the strategy's order
 * @param rows of the calibration set, from its first
 */
public record ScoringTask(
    int number, Kind kind, Variant base, List<Candidate> candidates, int rows) {

  /** What becomes of the scores. */
  public enum Kind {
    /** The best is cut, so that racing may drop others. */
    STEP,
    /** All are told to the strategy. */
    SURVEY
  }

  public ScoringTask {
    candidates = List.copyOf(candidates);
  }

  /** The variant that a candidate stands for. */
  public Variant variant(Candidate candidate) {
    return base.and(candidate.sublayers());
  }
}
