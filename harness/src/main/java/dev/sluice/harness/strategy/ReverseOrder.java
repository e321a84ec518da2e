package dev.sluice.harness.strategy;

import dev.sluice.harness.variant.Candidate;
import java.util.List;

/**
 * Control: from the last sublayer to the first. Deep sublayers matter least, so the rule of thumb
 * says; a search has to beat it.
 *
 * <p>Cost: one trial a step.
 */
public final class ReverseOrder extends FixedOrder {

  /**
   * @param pool in the order of execution
   */
  public ReverseOrder(List<Candidate> pool) {
    super(pool.reversed());
  }
}
