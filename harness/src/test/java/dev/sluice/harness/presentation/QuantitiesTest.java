package dev.sluice.harness.presentation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuantitiesTest {

  @Test
  void scoresHaveFourDigits() {
    assertThat(Quantities.score(0.0123456)).isEqualTo("0.01235");
    assertThat(Quantities.score(12.0)).isEqualTo("12.00");
    assertThat(Quantities.score(123_456)).isEqualTo("123500");
    assertThat(Quantities.score(1.234e-7)).isEqualTo("1.234e-07");
    assertThat(Quantities.score(-0.5)).isEqualTo("-0.5000");
    assertThat(Quantities.score(0)).isEqualTo("0");
    assertThat(Quantities.score(Double.NaN)).isEqualTo("NaN");
    assertThat(Quantities.score(Double.POSITIVE_INFINITY)).isEqualTo("∞");
  }

  @Test
  void errorsHaveTheDecimalsOfTheirScore() {
    assertThat(Quantities.scoreWithError(0.125, 0.0123)).isEqualTo("0.1250 ± 0.0123");
    assertThat(Quantities.scoreWithError(1.5e-6, 2e-7)).isEqualTo("1.500e-06 ± 2.0e-07");
    assertThat(Quantities.scoreWithError(0, 0.25)).isEqualTo("0 ± 2.5e-01");
    assertThat(Quantities.scoreWithError(0.125, Double.NaN)).isEqualTo("0.1250");
  }

  @Test
  void durationsHaveTheirTwoLargestUnits() {
    assertThat(Quantities.duration(0.25)).isEqualTo("0.25 s");
    assertThat(Quantities.duration(9.96)).isEqualTo("10 s");
    assertThat(Quantities.duration(59.6)).isEqualTo("1 min");
    assertThat(Quantities.duration(200)).isEqualTo("3 min 20 s");
    assertThat(Quantities.duration(7500)).isEqualTo("2 h 5 min");
    assertThat(Quantities.duration(200_000)).isEqualTo("2 d 7 h");
    assertThat(Quantities.duration(Double.NaN)).isEqualTo("unknown");
  }

  @Test
  void bytesAreBinaryWithThreeDigits() {
    assertThat(Quantities.bytes(512)).isEqualTo("512 bytes");
    assertThat(Quantities.bytes(1_350_000_000L)).isEqualTo("1.26 GiB");
    assertThat(Quantities.bytes(1023L << 20)).isEqualTo("1.00 GiB");
    assertThat(Quantities.count(1_234_567)).isEqualTo("1,234,567");
    assertThat(Quantities.percent(0.125)).isEqualTo("12.5 %");
  }
}
