package dev.sluice.scorers.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StabilityTest {

  private static Stability of(double[] spreads, boolean... agree) {
    Stability stability = new Stability();
    for (int i = 0; i < spreads.length; i++) {
      stability.add(spreads[i], agree[i]);
    }
    return stability;
  }

  @Test
  void itemsAreWeighedByTheSoftmaxOfTheirSpreads() {
    // Weights 1, 2 and 5 of 8.
    double[] spreads = {0, Math.log(2), Math.log(5)};
    assertThat(of(spreads, true, false, true).value()).isCloseTo(6 / 8.0, within(1e-12));
    assertThat(of(spreads, false, true, false).value()).isCloseTo(2 / 8.0, within(1e-12));
    assertThat(of(spreads, true, true, true).value()).isEqualTo(1);
    assertThat(of(spreads, false, false, false).value()).isZero();
    assertThat(of(spreads, true, true, true).effectiveItems())
        .isCloseTo(64.0 / (1 + 4 + 25), within(1e-12));
  }

  /** The released script would add the first weight, 1 of 8, whichever item agrees. */
  @Test
  void theWeightIsThatOfTheItemThatAgrees() {
    double[] spreads = {0, Math.log(2), Math.log(5)};
    assertThat(of(spreads, false, false, true).value()).isCloseTo(5 / 8.0, within(1e-12));
  }

  @Test
  void equalSpreadsGiveTheShareOfAgreement() {
    Stability stability = of(new double[] {3, 3, 3, 3}, true, true, false, true);
    assertThat(stability.value()).isCloseTo(0.75, within(1e-12));
    assertThat(stability.effectiveItems()).isCloseTo(4, within(1e-12));
    assertThat(stability.items()).isEqualTo(4);
  }

  @Test
  void theOrderOfItemsAndLargeSpreadsDoNotMatter() {
    Random random = new Random(5);
    List<Integer> order = new ArrayList<>();
    double[] spreads = new double[200];
    boolean[] agree = new boolean[200];
    for (int i = 0; i < 200; i++) {
      spreads[i] = 1_000 * random.nextDouble() + 5_000;
      agree[i] = random.nextBoolean();
      order.add(i);
    }
    double expected = of(spreads, agree).value();
    Collections.shuffle(order, random);
    Stability shuffled = new Stability();
    order.forEach(i -> shuffled.add(spreads[i], agree[i]));
    assertThat(shuffled.value()).isBetween(0.0, 1.0).isCloseTo(expected, within(1e-12));
  }

  @Test
  void spreadIsThePopulationsStandardDeviation() {
    assertThat(Stability.spread(2, 4, 4, 4, 5, 5, 7, 9)).isCloseTo(2, within(1e-12));
    assertThat(Stability.spread(3)).isZero();
  }

  @Test
  void whatCannotBeSaidIsNaN() {
    assertThat(new Stability().value()).isNaN();
    double overflow = Stability.spread(Double.POSITIVE_INFINITY, 3);
    assertThat(of(new double[] {1, overflow}, true, true).value()).isNaN();
  }
}
