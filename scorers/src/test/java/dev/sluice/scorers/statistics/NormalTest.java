package dev.sluice.scorers.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected values: mpmath 1.3 with 40 digits. */
class NormalTest {

  @ParameterizedTest
  @CsvSource({
    "-37.5, 4.6053530095819548e-308",
    "-8, 6.2209605742717841e-16",
    "-7.08, 7.2077230864674822e-13",
    "-3, 0.0013498980316300945",
    "-1.959963984540054, 0.025000000000000014",
    "-0.5, 0.3085375387259869",
    "0, 0.5",
    "0.1, 0.53982783727702898",
    "2, 0.97724986805182079",
    "6, 0.99999999901341235"
  })
  void probabilitiesAreThoseOfManyDigits(double x, double expected) {
    assertThat(Normal.probability(x)).isCloseTo(expected, within(1e-11 * expected));
    assertThat(Normal.probability(x)).isCloseTo(expected, within(1e-15));
  }

  @ParameterizedTest
  @CsvSource({
    "1e-300, -37.047096299361199",
    "1e-10, -6.3613409024040562",
    "0.001, -3.0902323061678135",
    "0.025, -1.9599639845400542",
    "0.3, -0.52440051270804078",
    "0.5, 0",
    "0.8413447460685429, 0.9999999999999998",
    "0.999, 3.0902323061678135"
  })
  void quantilesAreThoseOfManyDigits(double probability, double expected) {
    assertThat(Normal.quantile(probability)).isCloseTo(expected, within(1e-11));
  }

  @Test
  void impossibleProbabilitiesAreRefused() {
    for (double p : new double[] {0, 1, -0.1, Double.NaN}) {
      assertThatThrownBy(() -> Normal.quantile(p)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
