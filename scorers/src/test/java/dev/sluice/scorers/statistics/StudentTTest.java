package dev.sluice.scorers.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StudentTTest {

  /** Printed tables of the t distribution (three decimals), one-sided. */
  @ParameterizedTest
  @CsvSource({
    "0.90, 1, 3.078",
    "0.95, 1, 6.314",
    "0.975, 1, 12.706",
    "0.995, 1, 63.657",
    "0.95, 2, 2.920",
    "0.99, 2, 6.965",
    "0.95, 5, 2.015",
    "0.975, 9, 2.262",
    "0.99, 9, 2.821",
    "0.999, 9, 4.297",
    "0.95, 30, 1.697",
    "0.995, 60, 2.660",
    "0.975, 120, 1.980",
    "0.975, 1000000, 1.960"
  })
  void quantilesEqualTheTables(double probability, long degrees, double expected) {
    assertThat(StudentT.quantile(probability, degrees)).isCloseTo(expected, within(6e-4));
  }

  @Test
  void oneAndTwoDegreesFollowTheirClosedForms() {
    for (double p : new double[] {0.5001, 0.6, 0.75, 0.9, 0.99, 0.9999, 0.999999}) {
      double cauchy = Math.tan(Math.PI * (p - 0.5));
      double two = (2 * p - 1) / Math.sqrt(2 * p * (1 - p));
      assertThat(StudentT.quantile(p, 1)).as("p %s", p).isCloseTo(cauchy, relative(1e-9));
      assertThat(StudentT.quantile(p, 2)).as("p %s", p).isCloseTo(two, relative(1e-9));
    }
  }

  @Test
  void manyDegreesFollowTheExpansionAroundTheNormalQuantile() {
    // Abramowitz and Stegun 26.7.5; the next term is below 1e-9 from 10,000 degrees on.
    double z = 1.959963984540054;
    double first = (Math.pow(z, 3) + z) / 4;
    double second = (5 * Math.pow(z, 5) + 16 * Math.pow(z, 3) + 3 * z) / 96;
    for (long v : new long[] {10_000, 100_000, 1_000_000}) {
      double expected = z + first / v + second / ((double) v * v);
      assertThat(StudentT.quantile(0.975, v)).as("%d degrees", v).isCloseTo(expected, within(1e-8));
    }
  }

  @Test
  void quantileIsOddAroundOneHalf() {
    assertThat(StudentT.quantile(0.5, 7)).isCloseTo(0, within(1e-12));
    assertThat(StudentT.quantile(0.05, 7)).isCloseTo(-StudentT.quantile(0.95, 7), within(1e-9));
  }

  @Test
  void quantileUndoesTheUpperTail() {
    long seed = 11;
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 300; i++) {
      double t = 8 * random.nextDouble();
      long degrees = 1 + (long) Math.pow(10, 6 * random.nextDouble());
      double tail = StudentT.upperTail(t, degrees);
      if (tail > 1e-6) {
        assertThat(StudentT.quantile(1 - tail, degrees))
            .as("seed %d, draw %d: t %s, %d degrees", seed, i, t, degrees)
            .isCloseTo(t, within(1e-7));
      }
    }
  }

  @Test
  void impossibleArgumentsAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> StudentT.quantile(1, 3));
    assertThatIllegalArgumentException().isThrownBy(() -> StudentT.quantile(Double.NaN, 3));
    assertThatIllegalArgumentException().isThrownBy(() -> StudentT.quantile(0.9, 0));
  }

  private static Percentage relative(double share) {
    return Percentage.withPercentage(100 * share);
  }
}
