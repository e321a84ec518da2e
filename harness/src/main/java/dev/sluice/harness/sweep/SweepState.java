package dev.sluice.harness.sweep;

import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.sweep.SweepEvent.Attributed;
import dev.sluice.harness.sweep.SweepEvent.GradientsTaken;
import dev.sluice.harness.sweep.SweepEvent.Profiled;
import dev.sluice.harness.sweep.SweepEvent.StepCommitted;
import dev.sluice.harness.sweep.SweepEvent.SweepFinished;
import dev.sluice.harness.sweep.SweepEvent.SweepStarted;
import dev.sluice.harness.sweep.SweepEvent.TrialsScored;
import dev.sluice.harness.sweep.SweepEvent.VariantsSurveyed;
import dev.sluice.scorers.DepthProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * All that a journal says of a sweep, as reports and lists read it.
 *
 * @param plan what was asked
 * @param provenance what it was made from
 * @param steps the committed steps in order: one nested list that holds every ratio, or a set of its own
 *     for each
 * @param trials every trial of a step, in the order in which it became durable
 * @param learnt what was measured beside the steps
 * @param cost so far
 * @param finished why it ended; empty while it can be resumed
 */
public record SweepState(
    SweepPlan plan,
    Provenance provenance,
    List<Step> steps,
    List<Trial> trials,
    Learnt learnt,
    Cost cost,
    Optional<SweepFinished.Reason> finished) {

  /**
   * What the strategy learnt from.
   *
   * @param surveyed the trials of all surveys, in the order in which they became durable
   * @param profile of the intact model's hidden states, where one was asked for
   * @param attributions the last word on what each candidate is worth; empty where there is none
   */
  public record Learnt(
      List<Trial> surveyed, Optional<DepthProfile> profile, List<Attribution> attributions) {
    /** Nothing beside the steps. */
    public static final Learnt NOTHING = new Learnt(List.of(), Optional.empty(), List.of());

    public Learnt {
      surveyed = List.copyOf(surveyed);
      attributions = List.copyOf(attributions);
    }
  }

  public SweepState {
    steps = List.copyOf(steps);
    trials = List.copyOf(trials);
  }

  /** Fold a journal's events; empty for a journal in which nothing has started. */
  public static Optional<SweepState> of(List<SweepEvent> events) {
    if (events.isEmpty() || !(events.getFirst() instanceof SweepStarted started)) {
      return Optional.empty();
    }
    Fold fold = new Fold();
    events.forEach(fold::add);
    return Optional.of(
        new SweepState(
            started.plan(),
            started.provenance(),
            fold.steps,
            fold.trials,
            new Learnt(fold.surveyed, fold.profile, fold.attributions),
            fold.cost,
            fold.finished));
  }

  private static final class Fold {
    final List<Step> steps = new ArrayList<>();
    final List<Trial> trials = new ArrayList<>();
    final List<Trial> surveyed = new ArrayList<>();
    Optional<DepthProfile> profile = Optional.empty();
    List<Attribution> attributions = List.of();
    Cost cost = Cost.NONE;
    Optional<SweepFinished.Reason> finished = Optional.empty();

    void add(SweepEvent event) {
      switch (event) {
        case SweepStarted ignored -> {}
        case TrialsScored scored -> {
          trials.addAll(scored.trials());
          cost = cost.plus(scored.cost());
        }
        case VariantsSurveyed seen -> {
          surveyed.addAll(seen.trials());
          cost = cost.plus(seen.cost());
        }
        case Profiled seen -> {
          profile = Optional.of(seen.profile());
          cost = cost.plus(seen.cost());
        }
        case GradientsTaken seen -> cost = cost.plus(seen.cost());
        case Attributed seen -> attributions = seen.attributions();
        case StepCommitted committed -> steps.add(committed.step());
        case SweepFinished end -> finished = Optional.of(end.reason());
      }
    }
  }

  /** The same sweep, of which the journal is known to lie in a folder. */
  public SweepState keptIn(Optional<String> folder) {
    return new SweepState(plan.keptIn(folder), provenance, steps, trials, learnt, cost, finished);
  }

  /** Whether each step cuts what the one before it cuts, and more. */
  public boolean nested() {
    for (int i = 1; i < steps.size(); i++) {
      if (!steps.get(i).variant().cuts().containsAll(steps.get(i - 1).variant().cuts())) {
        return false;
      }
    }
    return true;
  }

  /** The trials of one step. */
  public List<Trial> trialsOf(int step) {
    return trials.stream().filter(t -> t.step() == step).toList();
  }
}
