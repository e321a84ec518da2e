package dev.sluice.harness.sweep;

import dev.sluice.harness.variant.Candidate;
import dev.sluice.scorers.Measure;
import java.util.List;
import java.util.Map;

/**
 * Running values of the slice in flight.
 *
 * @param step from 1
 * @param rowsSeen rows of tokens done in this slice
 * @param rows rows of tokens in the calibration set
 * @param running each candidate of the slice
 * @param tokensPerSecond token positions scored a second, summed over variants
 */
public record Progress(
    int step, int rowsSeen, int rows, List<Running> running, double tokensPerSecond) {

  /**
   * A candidate so far.
   *
   * @param mean of the objective
   * @param means of all measures, the objective among them
   */
  public record Running(Candidate candidate, double mean, Map<Measure, Double> means) {
    public Running {
      means = Map.copyOf(means);
    }
  }

  public Progress {
    running = List.copyOf(running);
  }
}
