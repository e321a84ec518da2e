package dev.sluice.scorers.divergence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class DivergenceTallyTest {

  /** Tokens (1, 1) and (2, 2) in turn. */
  private static DivergenceTally tally(int tokens) {
    DivergenceTally tally = new DivergenceTally();
    for (int i = 0; i < tokens; i++) {
      tally.add(1 + i % 2, 1 + i % 2, 0.5 * (i % 2), i % 4 != 0);
    }
    return tally;
  }

  @Test
  void meansErrorsAndRatiosAreThoseOfSmallSumsByHand() {
    DivergenceTally tally = new DivergenceTally();
    for (int i = 0; i < 12; i++) {
      // Half of the tokens (1, 2), half (3, 2): means 2 and 2, variances 1 and 0.
      tally.add(i % 2 == 0 ? 1 : 3, 2, i % 2, i < 9);
    }
    DivergenceSummary s = tally.summary();
    double error = Math.sqrt(1.0 / 11);
    assertThat(s.tokens()).isEqualTo(12);
    assertThat(s.perplexity().value()).isCloseTo(Math.exp(2), within(1e-12));
    assertThat(s.perplexity().error()).isCloseTo(Math.exp(2) * error, within(1e-12));
    assertThat(s.basePerplexity()).isEqualTo(new Estimate(Math.exp(2), 0));
    assertThat(s.correlation()).as("no spread in the base").isNaN();
    assertThat(s.logRatio().value()).isZero();
    assertThat(s.logRatio().error()).isCloseTo(error, within(1e-12));
    assertThat(s.ratio().error()).isCloseTo(error, within(1e-12));
    assertThat(s.difference().error()).isCloseTo(Math.exp(2) * error, within(1e-12));
    assertThat(s.divergence().value()).isEqualTo(0.5);
    assertThat(s.divergence().error()).isCloseTo(Math.sqrt(0.25 / 11), within(1e-12));
    assertThat(s.sameTop().value()).isEqualTo(0.75);
    assertThat(s.sameTop().error()).isCloseTo(Math.sqrt(0.1875 / 11), within(1e-12));
    double up = Math.exp(-1) - Math.exp(-2);
    double down = Math.exp(-3) - Math.exp(-2);
    assertThat(s.deltaP().value()).isCloseTo((up + down) / 2, within(1e-7));
    double square = (up * up + down * down) / 2;
    double fourth = (Math.pow(up, 4) + Math.pow(down, 4)) / 2;
    assertThat(s.rootMeanSquareDeltaP().value()).isCloseTo(Math.sqrt(square), within(1e-7));
    assertThat(s.rootMeanSquareDeltaP().error())
        .isCloseTo(
            0.5 / Math.sqrt(square) * Math.sqrt((fourth - square * square) / 11), within(1e-7));
  }

  @Test
  void equalModelsAreFullyCorrelatedAndTheirRatioIsCertain() {
    DivergenceSummary s = tally(20).summary();
    assertThat(s.correlation()).isCloseTo(1, within(1e-12));
    assertThat(s.perplexity().error()).isPositive();
    assertThat(s.logRatio().error()).isCloseTo(0, within(1e-7));
    assertThat(s.difference().error()).isCloseTo(0, within(1e-6));
  }

  @Test
  void errorsBeginWithElevenTokensAndTheCovarianceWithTen() {
    assertThat(tally(10).summary().perplexity().error()).isZero();
    assertThat(tally(11).summary().perplexity().error()).isPositive();
    DivergenceSummary nine = tally(9).summary();
    assertThat(nine.correlation()).isNaN();
    assertThat(tally(10).summary().correlation()).isEqualTo(Double.POSITIVE_INFINITY);
  }

  @Test
  void percentilesInterpolateBetweenPlacesOfAllButOne() {
    FloatPercentiles five = new FloatPercentiles(5, 1, 3, 2, 4);
    assertThat(five.at(0.25f)).isEqualTo(2);
    assertThat(five.at(0.9f)).isCloseTo(4.6f, within(1e-6f));
    assertThat(five.at(0)).isEqualTo(1);
    assertThat(five.at(1)).isEqualTo(5);
    assertThat(five.median()).isEqualTo(3);
    assertThat(new FloatPercentiles(1, 2, 8, 4).median()).isEqualTo(3);
    assertThat(new FloatPercentiles(7).at(0.3f)).isEqualTo(7);
    assertThat(new FloatPercentiles(1, Float.NaN, 2).most()).isNaN();
    assertThatThrownBy(FloatPercentiles::new).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void manyTokensAreAllKept() {
    DivergenceTally tally = tally(1_000);
    assertThat(tally.divergences().most()).isEqualTo(0.5f);
    assertThat(tally.divergences().median()).isEqualTo(0.25f);
    assertThat(tally.count()).isEqualTo(1_000);
  }
}
