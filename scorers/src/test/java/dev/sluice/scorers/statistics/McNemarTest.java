package dev.sluice.scorers.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class McNemarTest {

  /** Python's exact fractions below 5,000 items, mpmath 1.3 with 40 digits above. */
  @ParameterizedTest
  @CsvSource({
    "0, 1, 1",
    "0, 5, 0.0625",
    "1, 9, 0.021484375",
    "7, 2, 0.1796875",
    "5, 15, 0.04138946533203125",
    "10, 12, 0.8318119049072266",
    "0, 60, 1.734723475976807e-18",
    "59, 121, 4.434449263755176e-06",
    "200, 260, 0.005883922473103979",
    "0, 1000, 1.8665272370064378e-301",
    "480, 520, 0.21744829320414094",
    "2400, 2599, 0.0050985183006011636",
    "499000, 501000, 0.045608299865382086",
    "1000000, 1003000, 0.034088365079439383",
    "999999, 1000000, 1",
    "2000000, 2010000, 5.9367071702829014e-7"
  })
  void pValuesAreExact(long onlyA, long onlyB, double expected) {
    assertThat(new McNemar(onlyA, onlyB).pValue()).isCloseTo(expected, within(1e-12 * expected));
  }

  @Test
  void smallCountsAgreeWithExactSums() {
    for (int n = 1; n <= 120; n++) {
      BigInteger sum = BigInteger.ZERO;
      BigInteger coefficient = BigInteger.ONE;
      for (int k = 0; 2 * k < n; k++) {
        sum = sum.add(coefficient);
        BigDecimal twice = new BigDecimal(sum.shiftLeft(1));
        double expected =
            twice
                .divide(new BigDecimal(BigInteger.TWO.pow(n)), MathContext.DECIMAL64)
                .doubleValue();
        assertThat(new McNemar(k, n - k).pValue())
            .as("%d of %d", k, n)
            .isCloseTo(expected, within(2e-13 * expected));
        coefficient =
            coefficient.multiply(BigInteger.valueOf(n - k)).divide(BigInteger.valueOf(k + 1L));
      }
    }
  }

  @Test
  void equalCountsAndNoneSayNothing() {
    for (long n : new long[] {0, 1, 2, 17, 1000, 5_000_000}) {
      assertThat(new McNemar(n, n).pValue()).isEqualTo(1);
    }
  }

  @Test
  void sidesAreAlikeAndMoreImbalanceSaysMore() {
    for (int n : new int[] {31, 500, 20_001}) {
      double before = 0;
      for (int k = 0; 2 * k <= n; k += 1 + n / 200) {
        double p = new McNemar(k, n - k).pValue();
        assertThat(p).as("%d of %d", k, n).isBetween(before, 1.0);
        assertThat(new McNemar(n - k, k).pValue()).isEqualTo(p);
        before = p;
      }
    }
  }

  @Test
  void falseAlarmsStayBelowTheirLevel() {
    for (int n = 1; n <= 60; n++) {
      for (double level : new double[] {0.01, 0.05, 0.2}) {
        double alarms = 0;
        double probability = Math.pow(0.5, n);
        for (int k = 0; k <= n; k++) {
          alarms += new McNemar(k, n - k).pValue() <= level ? probability : 0;
          probability *= (double) (n - k) / (k + 1);
        }
        assertThat(alarms).as("%d items at %s", n, level).isLessThanOrEqualTo(level + 1e-12);
      }
    }
  }

  @Test
  void onlyItemsThatDifferAreCounted() {
    boolean[] a = {true, true, false, false, true};
    boolean[] b = {true, false, true, false, false};
    assertThat(McNemar.of(a, b)).isEqualTo(new McNemar(2, 1));
    assertThatThrownBy(() -> McNemar.of(a, new boolean[3]))
        .hasMessageContaining("5 items against 3");
    assertThatThrownBy(() -> new McNemar(-1, 2)).hasMessageContaining("-1 and 2");
  }
}
