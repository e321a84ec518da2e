package dev.sluice.scorers.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunningMomentsTest {

  private static RunningMoments of(double... values) {
    RunningMoments moments = new RunningMoments();
    Arrays.stream(values).forEach(moments::add);
    return moments;
  }

  @Test
  void momentsOfFourValuesEqualThoseByHand() {
    // Mean 5; squares 9 + 1 + 1 + 9 = 20; variance 20 / 3; standard error sqrt(20 / 12).
    RunningMoments moments = of(2, 4, 6, 8);
    assertThat(moments.count()).isEqualTo(4);
    assertThat(moments.mean()).isEqualTo(5);
    assertThat(moments.variance()).isCloseTo(20.0 / 3, within(1e-15));
    assertThat(moments.standardError()).isCloseTo(Math.sqrt(20.0 / 12), within(1e-15));
  }

  @Test
  void nothingHasNoMeanAndOneValueNoVariance() {
    assertThat(of().mean()).isNaN();
    assertThat(of().variance()).isNaN();
    assertThat(of(3).mean()).isEqualTo(3);
    assertThat(of(3).variance()).isNaN();
    assertThat(of(3).standardError()).isNaN();
  }

  @Test
  void nonFiniteValuesStayVisible() {
    assertThat(of(1, Double.NaN, 2).mean()).isNaN();
    assertThat(of(1, Double.POSITIVE_INFINITY, 2).mean()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(of(Double.NEGATIVE_INFINITY, 2).mean()).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(of(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY).mean()).isNaN();
    assertThat(of(1, Double.POSITIVE_INFINITY, 2).variance()).isNaN();
    RunningMoments merged = of(1, 2);
    merged.merge(of(Double.POSITIVE_INFINITY));
    assertThat(merged.mean()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(merged.count()).isEqualTo(3);
  }

  @Test
  void largeOffsetLosesNoVariance() {
    RunningMoments moments = of(1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16);
    assertThat(moments.variance()).isCloseTo(30, within(1e-6));
  }

  @Test
  void mergingNothingChangesNothing() {
    RunningMoments moments = of(2, 4);
    moments.merge(of());
    assertThat(moments.count()).isEqualTo(2);
    assertThat(moments.mean()).isEqualTo(3);
    RunningMoments empty = of();
    empty.merge(of());
    assertThat(empty.mean()).isNaN();
    empty.merge(of(2, 4));
    assertThat(empty.mean()).isEqualTo(3);
    assertThat(empty.variance()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void anySplitMergesToTheTwoPassResult(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 200; round++) {
      double scale = Math.pow(10, random.nextInt(-5, 6));
      double[] values =
          random.doubles(random.nextInt(2, 400)).map(u -> scale * (u - 0.3)).toArray();
      int cut = random.nextInt(values.length + 1);
      RunningMoments left = of(Arrays.copyOf(values, cut));
      left.merge(of(Arrays.copyOfRange(values, cut, values.length)));

      double mean = Arrays.stream(values).sum() / values.length;
      double variance =
          Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / (values.length - 1);
      String place = "seed " + seed + ", round " + round;
      assertThat(left.count()).as(place).isEqualTo(values.length);
      assertThat(left.mean()).as(place).isCloseTo(mean, within(1e-12 * scale));
      assertThat(left.variance()).as(place).isCloseTo(variance, within(1e-12 * scale * scale));
    }
  }
}
