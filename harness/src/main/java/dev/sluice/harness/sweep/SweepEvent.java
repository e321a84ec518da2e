package dev.sluice.harness.sweep;

import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.scorers.DepthProfile;
import dev.sluice.scorers.TaylorScores;
import java.util.List;

/**
 * What happened in a sweep. The same events are journalled, replayed and shown, so what is stored
 * and what is seen cannot drift apart.
 */
public sealed interface SweepEvent {

  /** The first event of every sweep. */
  record SweepStarted(SweepPlan plan, Provenance provenance) implements SweepEvent {}

  /** A slice of one step's candidates was evaluated: all its trials become durable together. */
  record TrialsScored(List<Trial> trials, Cost cost) implements SweepEvent {
    public TrialsScored {
      trials = List.copyOf(trials);
    }
  }

  /** A slice of one survey's variants was measured: to learn from, not to choose among. */
  record VariantsSurveyed(int rows, List<Trial> trials, Cost cost) implements SweepEvent {
    public VariantsSurveyed {
      trials = List.copyOf(trials);
    }
  }

  /** The intact model's hidden states were profiled. */
  record Profiled(DepthProfile profile, Cost cost) implements SweepEvent {}

  /** The gradient of the intact model's loss was taken. */
  record GradientsTaken(TaylorScores scores, Cost cost) implements SweepEvent {}

  /**
   * What the strategy thinks of each candidate after a survey or a profile.
   *
   * @param surveys that were told to it until then; 0 after a profile alone
   */
  record Attributed(int surveys, List<Attribution> attributions) implements SweepEvent {
    public Attributed {
      attributions = List.copyOf(attributions);
    }
  }

  /** The strategy chose. */
  record StepCommitted(Step step) implements SweepEvent {}

  /** The last event of a sweep that came to its end. */
  record SweepFinished(Reason reason) implements SweepEvent {
    /** Why a sweep ended. */
    public enum Reason {
      /** The asked ratio of sublayers or parameters is cut. */
      RATIO_REACHED,
      /** The next cut would cross the divergence bound. */
      DIVERGENCE_BOUND,
      /** No candidate is left. */
      EXHAUSTED
    }
  }
}
