package dev.sluice.scorers.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PairedBoundTest {

  @Test
  void boundOfThreePairsEqualsTheOneByHand() {
    // Differences 1, 2, 3: mean 2, standard error 1 / sqrt(3), t(0.95, 2) = 2.9199856.
    double bound = PairedBound.lower(new double[] {11, 12, 13}, new double[] {10, 10, 10}, 0.95);
    assertThat(bound).isCloseTo(2 - 2.9199856 / Math.sqrt(3), within(1e-6));
  }

  @Test
  void whatIsCommonToBothSidesCancels() {
    double[] a = {100.1, 5.1, 33.1, 0.1};
    double[] b = {100, 5, 33, 0};
    assertThat(PairedBound.lower(a, b, 0.999)).isCloseTo(0.1, within(1e-9));
  }

  @Test
  void lessThanTwoPairsBoundNothing() {
    assertThat(PairedBound.lower(new double[] {5}, new double[] {1}, 0.9))
        .isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(PairedBound.lower(new double[0], new double[0], 0.9))
        .isEqualTo(Double.NEGATIVE_INFINITY);
  }

  @Test
  void nonFiniteDifferencesGiveNan() {
    double nan = Double.NaN;
    double inf = Double.POSITIVE_INFINITY;
    assertThat(PairedBound.lower(new double[] {1, nan}, new double[] {0, 0}, 0.9)).isNaN();
    assertThat(PairedBound.lower(new double[] {nan}, new double[] {0}, 0.9)).isNaN();
    assertThat(PairedBound.lower(new double[] {1, inf}, new double[] {0, 0}, 0.9)).isNaN();
    assertThat(PairedBound.lower(new double[] {1, inf}, new double[] {0, inf}, 0.9)).isNaN();
  }

  @Test
  void boundHoldsAsOftenAsItClaims() {
    long seed = 5;
    SplittableRandom random = new SplittableRandom(seed);
    int held = 0;
    int rounds = 4000;
    for (int i = 0; i < rounds; i++) {
      double[] a = new double[10];
      double[] b = new double[10];
      for (int row = 0; row < 10; row++) {
        double common = 5 * random.nextGaussian();
        a[row] = common + 0.3 + random.nextGaussian();
        b[row] = common;
      }
      held += PairedBound.lower(a, b, 0.9) <= 0.3 ? 1 : 0;
    }
    // Three standard errors of a share of 0.9 in 4000 draws are 0.0142.
    assertThat(held / (double) rounds).as("seed %d", seed).isCloseTo(0.9, within(0.0142));
  }

  @Test
  void wrongArgumentsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PairedBound.lower(new double[2], new double[3], 0.9))
        .withMessageContaining("2 values against 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PairedBound.lower(new double[2], new double[2], 1));
  }
}
