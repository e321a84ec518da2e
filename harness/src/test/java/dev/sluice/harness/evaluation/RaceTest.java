package dev.sluice.harness.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Direction;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RaceTest {
  private static final Variant FIRST = Variant.cutting(Sublayer.at(0));
  private static final Variant SECOND = Variant.cutting(Sublayer.at(1));
  private static final Race RACE = new Race(0.95, 10, Direction.LOWER_IS_BETTER);

  private static Map<Variant, double[]> rows(double[] first, double[] second) {
    Map<Variant, double[]> rows = new LinkedHashMap<>();
    rows.put(FIRST, first);
    rows.put(SECOND, second);
    return rows;
  }

  private static double[] noisy(Random random, int rows, double mean) {
    double[] values = new double[rows];
    Arrays.setAll(values, i -> mean + 0.1 * random.nextGaussian());
    return values;
  }

  @Test
  void aClearlyWorseVariantIsDropped() {
    Random random = new Random(3);
    assertThat(RACE.hopeless(rows(noisy(random, 10, 1), noisy(random, 10, 3)), 2))
        .containsExactly(SECOND);
  }

  @Test
  void theDirectionDecidesWhoIsWorse() {
    Race higher = new Race(0.95, 10, Direction.HIGHER_IS_BETTER);
    Random random = new Random(3);
    assertThat(higher.hopeless(rows(noisy(random, 10, 1), noisy(random, 10, 3)), 2))
        .containsExactly(FIRST);
  }

  @Test
  void nobodyIsDroppedOnThreeRows() {
    assertThat(RACE.hopeless(rows(new double[] {1, 1, 1}, new double[] {9, 9.1, 9}), 2)).isEmpty();
  }

  @Test
  void ofEqualVariantsOneIsDroppedNoMoreOftenThanTheConfidenceAllows() {
    int dropped = 0;
    for (int seed = 0; seed < 600; seed++) {
      Random random = new Random(seed);
      double[] first = noisy(random, 10, 1);
      double[] second = noisy(random, 10, 1);
      boolean any = false;
      for (int seen = 4; seen <= 10; seen++) {
        any |=
            !RACE.hopeless(rows(Arrays.copyOf(first, seen), Arrays.copyOf(second, seen)), 2)
                .isEmpty();
      }
      dropped += any ? 1 : 0;
    }
    assertThat(dropped / 600.0).as("share of 600 seeds").isLessThan(0.05);
  }
}
