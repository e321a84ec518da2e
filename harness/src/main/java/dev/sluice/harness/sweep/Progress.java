package dev.sluice.harness.sweep;

import dev.sluice.harness.variant.Candidate;
import java.util.List;

/**
 * Running values of the slice in flight.
 *
 * @param step from 1
 * @param rowsSeen rows of tokens done in this slice
 * @param rows rows of tokens in the calibration set
 * @param running the mean of the objective so far, for each candidate of the slice
 * @param tokensPerSecond token positions scored a second, summed over variants
 */
public record Progress(
    int step, int rowsSeen, int rows, List<Running> running, double tokensPerSecond) {

  /** A candidate's objective so far. */
  public record Running(Candidate candidate, double mean) {}

  public Progress {
    running = List.copyOf(running);
  }
}
