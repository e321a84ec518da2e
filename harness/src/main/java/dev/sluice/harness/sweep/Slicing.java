package dev.sluice.harness.sweep;

import dev.sluice.harness.variant.Candidate;
import dev.sluice.scorers.Direction;
import dev.sluice.scorers.Measure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Cuts a step's candidates into slices: in the order of execution, so that neighbours share most.
 * Where a sound race is run, the most promising come first, in a slice of their own, for their score
 * is what the others are raced against.
 */
record Slicing(SweepPlan plan) {
  /** Enough to hold the winner most often, few beside all that they save. */
  private static final int PROMISING = 3;

  /**
   * All candidates in slices.
   *
   * @param before trials of the step before, none in the first
   */
  List<List<Candidate>> slices(List<Candidate> candidates, List<Trial> before) {
    boolean racing = plan.search().soundRacing() && !before.isEmpty();
    Comparator<Candidate> order = Comparator.comparing(c -> c.sublayers().getFirst());
    if (racing) {
      Map<Candidate, Double> losses = losses(before);
      order =
          Comparator.<Candidate>comparingDouble(c -> losses.getOrDefault(c, Double.NaN))
              .thenComparing(order);
    }
    List<Candidate> ordered = candidates.stream().sorted(order).toList();
    int size = plan.execution().slice();
    List<List<Candidate>> slices = new ArrayList<>();
    int from = 0;
    while (from < ordered.size()) {
      int most = racing && from == 0 ? Math.min(size, PROMISING) : size;
      int to = Math.min(ordered.size(), from + most);
      slices.add(ordered.subList(from, to));
      from = to;
    }
    return slices;
  }

  /** The objective of each trial, turned so that less is better. */
  private Map<Candidate, Double> losses(List<Trial> trials) {
    Measure objective = plan.search().objective();
    double sign = objective.direction() == Direction.LOWER_IS_BETTER ? 1 : -1;
    Map<Candidate, Double> losses = new HashMap<>();
    trials.forEach(t -> losses.put(t.candidate(), sign * t.mean(objective).orElse(Double.NaN)));
    return losses;
  }
}
