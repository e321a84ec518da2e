package dev.sluice.scorers.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class MixtureRegretTest {

  @Test
  void lossIsThatOfTheMeanProbability() {
    // Probabilities 1/2 and 1/4 of the sequence: their mean is 3/8.
    MixtureRegret found = MixtureRegret.of(Math.log(4), Math.log(2));
    assertThat(found.best()).isEqualTo(1);
    assertThat(found.mixtureLoss()).isCloseTo(Math.log(8 / 3.0), within(1e-12));
    assertThat(found.regret()).isCloseTo(Math.log(4 / 3.0), within(1e-12));
  }

  /** The mixture predicts token by token with weights that follow the losses so far. */
  @Test
  void lossOfTheWholeIsTheSumOfTheBayesianPredictions() {
    Random random = new Random(2);
    double[][] probabilities = new double[3][50];
    double[] losses = new double[3];
    for (int i = 0; i < 3; i++) {
      for (int t = 0; t < 50; t++) {
        probabilities[i][t] = 0.05 + 0.9 * random.nextDouble();
        losses[i] -= Math.log(probabilities[i][t]);
      }
    }
    double[] weights = {1 / 3.0, 1 / 3.0, 1 / 3.0};
    double loss = 0;
    for (int t = 0; t < 50; t++) {
      double p = 0;
      for (int i = 0; i < 3; i++) {
        p += weights[i] * probabilities[i][t];
      }
      loss -= Math.log(p);
      for (int i = 0; i < 3; i++) {
        weights[i] *= probabilities[i][t] / p;
      }
    }
    assertThat(MixtureRegret.of(losses).mixtureLoss()).isCloseTo(loss, within(1e-9));
  }

  @Test
  void regretIsBetweenNothingAndTheLogarithmOfTheirNumber() {
    assertThat(MixtureRegret.of(5, 5, 5, 5).regret()).isZero();
    assertThat(MixtureRegret.of(5, 9_000, 9_000, 9_000).regret())
        .isCloseTo(Math.log(4), within(1e-12));
    assertThat(MixtureRegret.of(9e5, 9e5 + 1).mixtureLoss()).isFinite();
    assertThat(MixtureRegret.of(7).regret()).isZero();
  }

  @Test
  void mixtureThatBeginsAnewCanBeatEverySinglePredictor() {
    double[][] losses = {{0, 10}, {10, 0}};
    MixtureRegret found = MixtureRegret.restarted(losses);
    double row = -Math.log((1 + Math.exp(-10)) / 2);
    assertThat(found.mixtureLoss()).isCloseTo(2 * row, within(1e-12));
    assertThat(found.bestLoss()).isEqualTo(10);
    assertThat(found.regret()).isNegative();
    assertThat(MixtureRegret.restarted(new double[][] {{3}, {4}}))
        .isEqualTo(MixtureRegret.of(3, 4));
  }

  @Test
  void lossesThatAreNoNumbersAreSaid() {
    assertThat(MixtureRegret.of(1, Double.NaN).mixtureLoss()).isNaN();
    assertThat(MixtureRegret.of(1, Double.NaN).best()).isEqualTo(-1);
    assertThat(MixtureRegret.of(1, Double.POSITIVE_INFINITY).regret())
        .isCloseTo(Math.log(2), within(1e-12));
    assertThat(MixtureRegret.of(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY).regret())
        .isZero();
    assertThatThrownBy(MixtureRegret::of).isInstanceOf(IllegalArgumentException.class);
  }
}
