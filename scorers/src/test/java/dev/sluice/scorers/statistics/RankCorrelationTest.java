package dev.sluice.scorers.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RankCorrelationTest {
  private static final double[] UP = {1, 2, 3, 4, 5};

  @Test
  void sameAndReversedOrdersAreTheEnds() {
    double[] down = {9, 7, 5, 3, 1};
    assertThat(RankCorrelation.spearman(UP, new double[] {2, 4, 8, 16, 32})).isEqualTo(1);
    assertThat(RankCorrelation.kendall(UP, new double[] {2, 4, 8, 16, 32})).isEqualTo(1);
    assertThat(RankCorrelation.spearman(UP, down)).isEqualTo(-1);
    assertThat(RankCorrelation.kendall(UP, down)).isEqualTo(-1);
  }

  @Test
  void agreesWithAnotherCalculation() {
    // numpy.corrcoef of mid-ranks, and tau-b by its counts of pairs and ties.
    double[] a = {1, 2, 2, 4, 5, 6, 6, 6};
    double[] b = {2, 1, 4, 3, 3, 7, 8, 5};
    assertThat(RankCorrelation.spearman(a, b)).isCloseTo(0.8274127538189437, within(1e-12));
    assertThat(RankCorrelation.kendall(a, b)).isCloseTo(0.6678230711206282, within(1e-12));
  }

  @Test
  void tiesShareTheMeanRank() {
    assertThat(RankCorrelation.ranks(new double[] {3, 1, 3, 0})).containsExactly(3.5, 2, 3.5, 1);
  }

  @Test
  void nothingToOrderIsNotANumber() {
    double[] same = {1, 1, 1, 1, 1};
    assertThat(RankCorrelation.spearman(UP, same)).isNaN();
    assertThat(RankCorrelation.kendall(same, UP)).isNaN();
    assertThat(RankCorrelation.spearman(new double[] {1}, new double[] {2})).isNaN();
  }

  @Test
  void ordersOfOtherThingsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RankCorrelation.spearman(UP, new double[] {1}));
  }
}
