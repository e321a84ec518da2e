package dev.sluice.scorers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ChoiceScoresTest {

  @Test
  void theFirstOfEqualsWins() {
    ChoiceScores scores = new ChoiceScores(List.of(-3.0, -2.0, -2.0), List.of(1, 1, 1));
    assertThat(scores.best()).isEqualTo(1);
    assertThat(scores.margin()).isZero();
  }

  @Test
  void lengthDecidesDifferently() {
    ChoiceScores scores = new ChoiceScores(List.of(-4.0, -6.0), List.of(2, 6));
    assertThat(scores.best()).isZero();
    assertThat(scores.bestByLength()).isEqualTo(1);
    assertThat(scores.margin()).isCloseTo(2, within(1e-12));
  }

  @Test
  void choicesAndLengthsBelongTogether() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ChoiceScores(List.of(-1.0), List.of(1, 2)))
        .withMessage("1 log-likelihoods, 2 lengths");
  }

  @Test
  void divergenceIsThatOfTheSoftmaxOverTheChoices() {
    double[] halves = {-7, -7};
    double[] quarters = {-100, -100 + Math.log(3)};
    assertThat(ChoiceScores.divergence(halves, quarters))
        .isCloseTo(0.5 * Math.log(0.5 / 0.25) + 0.5 * Math.log(0.5 / 0.75), within(1e-12));
    assertThat(ChoiceScores.divergence(quarters, quarters)).isZero();
    // A choice that the reference rules out does not count; one that the variant does is infinite.
    assertThat(ChoiceScores.divergence(new double[] {-1, Double.NEGATIVE_INFINITY}, halves))
        .isCloseTo(Math.log(2), within(1e-12));
    assertThat(ChoiceScores.divergence(halves, new double[] {-1, Double.NEGATIVE_INFINITY}))
        .isInfinite();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ChoiceScores.divergence(halves, new double[] {-1}))
        .withMessageContaining("2 choices against 1");
  }
}
