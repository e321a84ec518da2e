package dev.sluice.harness.strategy;

import dev.sluice.harness.variant.Candidate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Negative control: a seeded random permutation. Whatever a search finds must do better.
 *
 * <p>Cost: one trial a step. The permutation is Fisher and Yates' with {@link Random}, whose
 * sequence Java's specification fixes.
 */
public final class RandomOrder extends FixedOrder {

  /**
   * @param pool in the order of execution
   */
  public RandomOrder(List<Candidate> pool, long seed) {
    super(shuffled(pool, seed));
  }

  private static List<Candidate> shuffled(List<Candidate> pool, long seed) {
    List<Candidate> order = new ArrayList<>(pool);
    Collections.shuffle(order, new Random(seed));
    return order;
  }
}
