package dev.sluice.harness.sweep;

import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.sweep.SweepEvent.StepCommitted;
import dev.sluice.harness.sweep.SweepEvent.SweepFinished;
import dev.sluice.harness.sweep.SweepEvent.SweepStarted;
import dev.sluice.harness.sweep.SweepEvent.TrialsScored;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * All that a journal says of a sweep, as reports and lists read it.
 *
 * @param plan what was asked
 * @param provenance what it was made from
 * @param steps the committed steps in order: one nested list that holds every ratio
 * @param trials every trial, in the order in which it became durable
 * @param cost so far
 * @param finished why it ended; empty while it can be resumed
 */
public record SweepState(
    SweepPlan plan,
    Provenance provenance,
    List<Step> steps,
    List<Trial> trials,
    Cost cost,
    Optional<SweepFinished.Reason> finished) {

  public SweepState {
    steps = List.copyOf(steps);
    trials = List.copyOf(trials);
  }

  /** Fold a journal's events; empty for a journal in which nothing has started. */
  public static Optional<SweepState> of(List<SweepEvent> events) {
    if (events.isEmpty() || !(events.getFirst() instanceof SweepStarted started)) {
      return Optional.empty();
    }
    List<Step> steps = new ArrayList<>();
    List<Trial> trials = new ArrayList<>();
    Cost cost = Cost.NONE;
    Optional<SweepFinished.Reason> finished = Optional.empty();
    for (SweepEvent event : events) {
      switch (event) {
        case SweepStarted ignored -> {}
        case TrialsScored scored -> {
          trials.addAll(scored.trials());
          cost = cost.plus(scored.cost());
        }
        case StepCommitted committed -> steps.add(committed.step());
        case SweepFinished end -> finished = Optional.of(end.reason());
      }
    }
    return Optional.of(
        new SweepState(started.plan(), started.provenance(), steps, trials, cost, finished));
  }

  /** The same sweep, of which the journal is known to lie in a folder. */
  public SweepState keptIn(Optional<String> folder) {
    return new SweepState(plan.keptIn(folder), provenance, steps, trials, cost, finished);
  }

  /** The trials of one step. */
  public List<Trial> trialsOf(int step) {
    return trials.stream().filter(t -> t.step() == step).toList();
  }
}
