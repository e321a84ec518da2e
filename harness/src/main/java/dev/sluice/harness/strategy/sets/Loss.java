package dev.sluice.harness.strategy.sets;

import dev.sluice.harness.sweep.Trial;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.scorers.Direction;
import dev.sluice.scorers.Measure;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The objective turned so that less is better; infinite where a trial has no score that counts. */
public record Loss(Measure objective) {

  /** The loss of one trial. */
  public double of(Trial trial) {
    double mean = trial.mean(objective).orElse(Double.NaN);
    if (trial.outcome() != Trial.Outcome.SCORED || Double.isNaN(mean)) {
      return Double.POSITIVE_INFINITY;
    }
    return objective.direction() == Direction.LOWER_IS_BETTER ? mean : -mean;
  }

  /** The loss of each candidate. */
  public Map<Candidate, Double> byCandidate(List<Trial> trials) {
    Map<Candidate, Double> losses = new HashMap<>();
    trials.forEach(t -> losses.put(t.candidate(), of(t)));
    return losses;
  }

  /** The candidates from the best to the worst; of equals the first asked for comes first. */
  public List<Candidate> ranked(List<Candidate> asked, List<Trial> trials) {
    Map<Candidate, Double> losses = byCandidate(trials);
    for (Candidate candidate : asked) {
      if (!losses.containsKey(candidate)) {
        throw new IllegalArgumentException("no trial of " + candidate);
      }
    }
    return asked.stream()
        .sorted(Comparator.comparingDouble(c -> losses.getOrDefault(c, Double.NaN)))
        .toList();
  }
}
