package dev.sluice.harness.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.harness.plan.SweepPlan.CandidateKind;
import dev.sluice.harness.plan.SweepPlan.TieOrder;
import dev.sluice.harness.sweep.Strategy;
import dev.sluice.harness.variant.Candidate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RandomOrderTest extends StrategyContract {

  @Override
  Strategy strategy(int blocks, CandidateKind candidates) {
    return new RandomOrder(pool(blocks, candidates, TieOrder.NATURAL), 7);
  }

  private static List<Candidate> order(long seed, long scores) {
    return order(
        new RandomOrder(pool(BLOCKS, CandidateKind.ALL, TieOrder.NATURAL), seed), scores(scores));
  }

  @Test
  void seedsReproduceWhateverTheScores() {
    for (long seed : new long[] {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
      assertThat(order(seed, 1)).as("seed %d", seed).isEqualTo(order(seed, 2));
    }
  }

  @Test
  void seedsDiffer() {
    Set<List<Candidate>> orders = new HashSet<>();
    for (long seed = 0; seed < 50; seed++) {
      orders.add(order(seed, 1));
    }
    assertThat(orders).hasSize(50);
  }

  @Test
  void permutationIsTheOneThatJavaSpecifies() {
    assertThat(order(new RandomOrder(pool(3, CandidateKind.ALL, TieOrder.NATURAL), 42), scores(1)))
        .as("Fisher and Yates' with java.util.Random: recorded orders stay repeatable")
        .hasToString("[0.ffn, 0.attention, 2.attention, 2.ffn, 1.ffn, 1.attention]");
  }

  @Test
  void asksForOneCandidateAtATime() {
    assertThat(asked(strategy(BLOCKS, CandidateKind.BLOCK))).hasSize(1);
  }
}
