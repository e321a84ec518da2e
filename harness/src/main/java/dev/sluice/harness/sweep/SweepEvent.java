package dev.sluice.harness.sweep;

import dev.sluice.harness.plan.SweepPlan;
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
