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
}
