package dev.sluice.harness.session;

import dev.sluice.harness.masks.CutList;
import dev.sluice.harness.masks.CutList.Origin;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.sweep.Step;
import dev.sluice.harness.sweep.SweepState;
import dev.sluice.harness.variant.Candidate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A sweep's cuts as a list that others can read. */
final class SweepCuts {
  private SweepCuts() {}

  /** What is cut after one of its steps; in order where each step cuts more than the one before. */
  static CutList of(SweepState state, Step last) {
    Origin origin =
        Origin.UNKNOWN
            .ofModel(state.plan().model(), state.provenance().weightsDigest())
            .foundBy(
                state.plan().search().strategy().id(),
                Optional.of(state.plan().search().objective().id()));
    List<Candidate> cuts = new ArrayList<>();
    List<Double> scores = new ArrayList<>();
    List<Sublayer> before = List.of();
    for (Step step : state.steps().subList(0, state.steps().indexOf(last) + 1)) {
      if (!step.variant().cuts().containsAll(before)) {
        return CutList.of(last.variant()).from(origin);
      }
      List<Sublayer> added = new ArrayList<>(step.variant().cuts());
      added.removeAll(before);
      cuts.add(Candidate.ofAll(added));
      scores.add(step.score());
      before = step.variant().cuts();
    }
    return new CutList(cuts, true, scores, origin);
  }
}
