package dev.sluice.harness.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.harness.plan.SweepPlan.CandidateKind;
import dev.sluice.harness.plan.SweepPlan.TieOrder;
import dev.sluice.harness.sweep.Strategy;
import org.junit.jupiter.api.Test;

class ReverseOrderTest extends StrategyContract {

  @Override
  Strategy strategy(int blocks, CandidateKind candidates) {
    return new ReverseOrder(pool(blocks, candidates, TieOrder.NATURAL));
  }

  @Test
  void goesFromTheLastSublayerToTheFirst() {
    assertThat(order(strategy(2, CandidateKind.ALL), scores(1)))
        .hasToString("[1.ffn, 1.attention, 0.ffn, 0.attention]");
    assertThat(order(strategy(11, CandidateKind.BLOCK), scores(1)))
        .as("by depth, not by name")
        .hasToString(
            "[10.block, 9.block, 8.block, 7.block, 6.block, 5.block, 4.block, 3.block, 2.block,"
                + " 1.block, 0.block]");
  }
}
