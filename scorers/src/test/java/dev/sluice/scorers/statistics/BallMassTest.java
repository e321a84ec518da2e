package dev.sluice.scorers.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class BallMassTest {
  private static final BallMass FOUR = new BallMass(0.3, 0.1, 2, 0.3);

  @Test
  void shareCountsWhatIsWithinTheRadius() {
    assertThat(FOUR.share(0.05)).isZero();
    assertThat(FOUR.share(0.1)).isEqualTo(0.25);
    assertThat(FOUR.share(0.3)).isEqualTo(0.75);
    assertThat(FOUR.weight(0.3)).isCloseTo(Math.log(4 / 3.0), within(1e-12));
    assertThat(FOUR.weight(0.05)).isInfinite();
    assertThat(FOUR.weight(9)).isZero();
  }

  @Test
  void curveHasAPointForEachDivergence() {
    assertThat(FOUR.curve())
        .containsExactly(
            new BallMass.Point(0.1, 0.25, Math.log(4)),
            new BallMass.Point(0.3, 0.75, -Math.log(0.75)),
            new BallMass.Point(2, 1, 0));
  }

  @Test
  void nanIsOutsideEveryBall() {
    BallMass half = new BallMass(Double.NaN, 1);
    assertThat(half.share(Double.POSITIVE_INFINITY)).isEqualTo(0.5);
    assertThat(half.curve()).containsExactly(new BallMass.Point(1, 0.5, Math.log(2)));
    assertThatThrownBy(BallMass::new).isInstanceOf(IllegalArgumentException.class);
  }
}
