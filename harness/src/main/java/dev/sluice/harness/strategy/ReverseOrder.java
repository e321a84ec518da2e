package dev.sluice.harness.strategy;

import dev.sluice.harness.plan.SweepPlan.CandidateKind;
import dev.sluice.harness.plan.SweepPlan.TieOrder;

/**
 * Control: from the last sublayer to the first. Deep sublayers matter least, so the rule of thumb
 * says; a search has to beat it.
 *
 * <p>Cost: one trial a step.
 */
public final class ReverseOrder extends FixedOrder {

  public ReverseOrder(int blocks, CandidateKind candidates) {
    super(CandidatePool.of(blocks, candidates, TieOrder.NATURAL).reversed());
  }
}
