package dev.sluice.scorers.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class HolmTest {
  private static final Offset<Double> CLOSE = Offset.offset(1e-15);

  @Test
  void valuesAreThoseOfTheDefinition() {
    assertThat(Holm.adjusted(0.01, 0.04, 0.03, 0.005))
        .containsExactly(new double[] {0.03, 0.06, 0.06, 0.02}, CLOSE);
    assertThat(Holm.adjusted(0.5, 0.9, 0.4)).containsExactly(new double[] {1, 1, 1}, CLOSE);
    assertThat(Holm.adjusted(0.2)).containsExactly(0.2);
    assertThat(Holm.adjusted()).isEmpty();
    assertThat(Holm.adjusted(0, 0, 1)).containsExactly(0, 0, 1);
  }

  @Test
  void missingTestsStayMissingAndDoNotCount() {
    double[] adjusted = Holm.adjusted(0.01, Double.NaN, 0.04);
    assertThat(adjusted[1]).isNaN();
    assertThat(new double[] {adjusted[0], adjusted[2]})
        .containsExactly(new double[] {0.02, 0.04}, CLOSE);
  }

  @Test
  void decisionsAreThoseOfTheStepDownProcedure() {
    for (int seed = 0; seed < 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      double[] p = random.doubles(1 + random.nextInt(12)).map(v -> v * v * v).toArray();
      double[] adjusted = Holm.adjusted(p);
      for (double level : new double[] {0.01, 0.05, 0.3}) {
        boolean[] rejected = stepDown(p, level);
        for (int i = 0; i < p.length; i++) {
          assertThat(adjusted[i] <= level).as("seed %d, p %s", seed, p[i]).isEqualTo(rejected[i]);
        }
      }
    }
  }

  /** Reject from the smallest on, while {@code p <= level / (m - i)}, in exact arithmetic. */
  private static boolean[] stepDown(double[] p, double level) {
    double[] sorted = p.clone();
    Arrays.sort(sorted);
    double last = -1;
    for (int i = 0; i < sorted.length; i++) {
      BigDecimal scaled =
          new BigDecimal(sorted[i]).multiply(BigDecimal.valueOf(sorted.length - (long) i));
      if (scaled.compareTo(new BigDecimal(level)) > 0) {
        break;
      }
      last = sorted[i];
    }
    boolean[] rejected = new boolean[p.length];
    for (int i = 0; i < p.length; i++) {
      rejected[i] = p[i] <= last;
    }
    return rejected;
  }

  @Test
  void orderDoesNotMatterAndIsKept() {
    for (int seed = 0; seed < 100; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      double[] p = random.doubles(8).toArray();
      double[] reversed = new double[8];
      Arrays.setAll(reversed, i -> p[7 - i]);
      double[] adjusted = Holm.adjusted(p);
      double[] ofReversed = Holm.adjusted(reversed);
      for (int i = 0; i < 8; i++) {
        assertThat(ofReversed[7 - i]).as("seed " + seed).isEqualTo(adjusted[i]);
        assertThat(adjusted[i]).as("seed " + seed).isBetween(p[i], Math.min(1, 8 * p[i]));
      }
    }
  }

  @Test
  void whatIsNoProbabilityIsRefused() {
    assertThatThrownBy(() -> Holm.adjusted(0.1, 1.5)).hasMessageContaining("p value 1.5");
    assertThatThrownBy(() -> Holm.adjusted(-0.1)).isInstanceOf(IllegalArgumentException.class);
  }
}
