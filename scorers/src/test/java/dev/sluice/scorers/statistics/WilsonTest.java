package dev.sluice.scorers.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WilsonTest {

  /** mpmath 1.3 with 40 digits. */
  @ParameterizedTest
  @CsvSource({
    "0, 10, 0.95, 0.0, 0.27753279986288925",
    "10, 10, 0.95, 0.72246720013711075, 1.0",
    "7, 10, 0.95, 0.39677814746114532, 0.89220873259369898",
    "123, 1000, 0.99, 0.098704836978902835, 0.15226490135826592",
    "500000, 1000000, 0.9, 0.49917757429907775, 0.50082242570092225",
    "1, 3, 0.5, 0.18281725015861318, 0.52774182314060893"
  })
  void boundsAreThoseOfManyDigits(long k, long n, double confidence, double low, double high) {
    ConfidenceInterval interval = Wilson.interval(k, n, confidence);
    assertThat(interval.low()).isCloseTo(low, within(1e-13));
    assertThat(interval.high()).isCloseTo(high, within(1e-13));
    assertThat(interval.confidence()).isEqualTo(confidence);
  }

  @Test
  void failuresMirrorSuccessesAndMoreSuccessesMoveItUp() {
    ConfidenceInterval before = Wilson.interval(0, 40, 0.95);
    for (int k = 1; k <= 40; k++) {
      ConfidenceInterval interval = Wilson.interval(k, 40, 0.95);
      ConfidenceInterval mirrored = Wilson.interval(40 - k, 40, 0.95);
      assertThat(interval.low()).isCloseTo(1 - mirrored.high(), within(1e-15));
      assertThat(interval.low()).isGreaterThan(before.low());
      assertThat(interval.high()).isGreaterThan(before.high());
      assertThat(interval.contains(k / 40.0)).isTrue();
      before = interval;
    }
  }

  @Test
  void coversTheTruthAboutAsOftenAsItSays() {
    for (double share : new double[] {0.05, 0.3, 0.5, 0.9}) {
      int covered = 0;
      for (int seed = 0; seed < 2000; seed++) {
        long k = new SplittableRandom(seed).doubles(100).filter(u -> u < share).count();
        covered += Wilson.interval(k, 100, 0.95).contains(share) ? 1 : 0;
      }
      // Four standard errors of 2,000 repetitions, and a count cannot do better than its steps.
      assertThat(covered / 2000.0).as("share " + share).isBetween(0.92, 0.98);
    }
  }

  @Test
  void edgesAreKept() {
    assertThat(Wilson.interval(0, 0, 0.95)).isEqualTo(new ConfidenceInterval(0, 1, 0.95));
    assertThat(Wilson.interval(0, 7, 0.95).low()).isZero();
    assertThat(Wilson.interval(7, 7, 0.95).high()).isEqualTo(1);
    assertThatThrownBy(() -> Wilson.interval(8, 7, 0.95)).hasMessageContaining("8 successes of 7");
    assertThatThrownBy(() -> Wilson.interval(1, 7, 1)).hasMessageContaining("confidence 1.0");
  }
}
