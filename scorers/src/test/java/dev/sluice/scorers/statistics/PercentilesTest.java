package dev.sluice.scorers.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PercentilesTest {
  private static final double[] SHARES = {.01, .05, .1, .25, .5, .75, .9, .95, .99, .999};

  private static Percentiles of(double... values) {
    Percentiles percentiles = new Percentiles();
    Arrays.stream(values).forEach(percentiles::add);
    return percentiles;
  }

  @Test
  void namesRunFromP1ToP999() {
    assertThat(of(1).all().keySet())
        .containsExactly("p1", "p5", "p10", "p25", "p50", "p75", "p90", "p95", "p99", "p99.9");
  }

  @Test
  void percentilesOfHundredValuesAreTheirPlaces() {
    Percentiles hundred = of(IntStream.range(0, 100).mapToDouble(i -> 99 - i).toArray());
    assertThat(hundred.all().values())
        .containsExactly(1.0, 5.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0, 99.0, 99.0);
    assertThat(hundred.at(0)).isEqualTo(0);
    assertThat(hundred.at(1)).isEqualTo(99);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void fewValuesAreExact(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int n : new int[] {1, 2, 3, 7, 64, 65, 100, 333, 2_560, Percentiles.EXACT}) {
      double[] values = random.doubles(n).map(u -> Math.floor(-50 * Math.log(u)) / 10).toArray();
      Percentiles percentiles = of(values);
      double[] sorted = Arrays.stream(values).sorted().toArray();
      for (double share : SHARES) {
        assertThat(percentiles.at(share))
            .as("seed %d, %d values, share %s", seed, n, share)
            .isEqualTo(sorted[(int) (share * n)]);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void placesOfManyValuesAreWithinTheStatedError(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int n : new int[] {Percentiles.EXACT + 1, 9_000, 50_000, 300_000}) {
      double[] values = random.doubles(n).map(u -> Math.pow(u, 8)).toArray();
      Percentiles percentiles = of(values);
      double[] sorted = Arrays.stream(values).sorted().toArray();
      for (double share : SHARES) {
        int found = Arrays.binarySearch(sorted, percentiles.at(share));
        int place = found < 0 ? -found - 1 : found;
        assertThat((place - Math.floor(share * n)) / n)
            .as("seed %d, %d values, share %s", seed, n, share)
            .isCloseTo(0, within(0.005));
      }
    }
  }

  @Test
  void sameValuesGiveTheSamePercentiles() {
    double[] values = new SplittableRandom(7).doubles(20_000).toArray();
    assertThat(of(values).all()).isEqualTo(of(values).all());
  }

  @Test
  void infiniteValuesKeepTheirPlaces() {
    double inf = Double.POSITIVE_INFINITY;
    Percentiles mixed = of(inf, 1, 2, -inf, 3, 4, inf, 5, 6, inf);
    assertThat(mixed.at(0.05)).isEqualTo(-inf);
    assertThat(mixed.at(0.1)).isEqualTo(1);
    assertThat(mixed.at(0.5)).isEqualTo(5);
    assertThat(mixed.at(0.75)).isEqualTo(inf);
    assertThat(of(inf).at(0.5)).isEqualTo(inf);
    assertThat(of(-inf).at(1)).isEqualTo(-inf);
  }

  @Test
  void nothingAndNanHaveNoPercentiles() {
    assertThat(of().at(0.5)).isNaN();
    assertThat(of(1, Double.NaN, 2).all().values()).allMatch(v -> Double.isNaN(v));
  }

  @Test
  void sharesOutsideZeroToOneAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of(1).at(1.5))
        .withMessageContaining("1.5");
    assertThatIllegalArgumentException().isThrownBy(() -> of(1).at(Double.NaN));
  }
}
