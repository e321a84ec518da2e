package dev.sluice.scorers;

import dev.sluice.scorers.statistics.ConfidenceInterval;
import dev.sluice.scorers.statistics.Wilson;
import java.util.List;

/**
 * How well classes of prompts can be told apart by the hidden states at each depth: the accuracy of
 * the nearest centroid, each prompt left out of its own class's centroid.
 *
 * @param rows prompts that were classified, at each boundary
 * @param classes to which they belong
 * @param majority share of the largest class, which guessing reaches
 * @param correct prompts put into their own class at each boundary, {@code [2L + 1]}
 */
public record Separability(int rows, int classes, double majority, List<Integer> correct) {
  public Separability {
    correct = List.copyOf(correct);
  }

  /** Share of prompts put into their own class. */
  public double accuracy(int boundary) {
    return (double) correct.get(boundary) / rows;
  }

  /** Wilson's interval of the accuracy. */
  public ConfidenceInterval interval(int boundary, double confidence) {
    return Wilson.interval(correct.get(boundary), rows, confidence);
  }
}
