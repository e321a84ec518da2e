package dev.sluice.scorers.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class SampleErrorTest {

  @Test
  void errorOfCorrectnessHasAClosedForm() {
    for (int n = 2; n < 60; n++) {
      for (int k = 0; k <= n; k++) {
        double[] values = new double[n];
        Arrays.fill(values, 0, k, 1);
        double expected = Math.sqrt((double) k * (n - k) / n / n / (n - 1));
        assertThat(SampleError.ofMean(values))
            .as("%d of %d", k, n)
            .isCloseTo(expected, within(1e-15));
      }
    }
  }

  @Test
  void errorAgreesWithRunningMomentsAndNeedsTwoValues() {
    double[] values = new SplittableRandom(3).doubles(1000, -5, 5).toArray();
    RunningMoments moments = new RunningMoments();
    Arrays.stream(values).forEach(moments::add);
    assertThat(SampleError.ofMean(values)).isCloseTo(moments.standardError(), within(1e-14));
    assertThat(SampleError.ofMean(2.5)).isNaN();
    assertThat(SampleError.ofMean()).isNaN();
  }

  @Test
  void groupErrorPoolsWhatItsItemsDifferByWithinTheirTasks() {
    for (int seed = 0; seed < 50; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int tasks = 1 + random.nextInt(6);
      long[] sizes = random.longs(tasks, 2, 90).toArray();
      double[] errors = new double[tasks];
      double within = 0;
      for (int t = 0; t < tasks; t++) {
        double[] values = random.doubles(sizes[t]).map(u -> u * u).toArray();
        double mean = DoubleStream.of(values).average().orElseThrow();
        within += DoubleStream.of(values).map(v -> (v - mean) * (v - mean)).sum();
        errors[t] = SampleError.ofMean(values);
      }
      long items = Arrays.stream(sizes).sum();
      assertThat(SampleError.ofGroup(sizes, errors))
          .as("seed " + seed)
          .isCloseTo(Math.sqrt(within / (items - tasks) / items), within(1e-14));
    }
  }

  @Test
  void groupOfOneTaskHasItsError() {
    assertThat(SampleError.ofGroup(new long[] {40}, new double[] {0.07}))
        .isCloseTo(0.07, within(1e-16));
    assertThat(SampleError.ofEqualTasks(0.07)).isEqualTo(0.07);
  }

  @Test
  void numbersByHand() {
    // (2-1)*0.25*2 + (3-1)*0.04*3 = 0.74; 0.74 / (5-2) / 5 = 0.0493333...
    assertThat(SampleError.ofGroup(new long[] {2, 3}, new double[] {0.5, 0.2}))
        .isCloseTo(Math.sqrt(0.74 / 15), within(1e-15));
    assertThat(SampleError.ofEqualTasks(0.3, 0.4)).isCloseTo(0.25, within(1e-15));
  }

  @Test
  void unknownErrorsMakeTheGroupsUnknown() {
    assertThat(SampleError.ofGroup(new long[] {2, 1}, new double[] {0.5, Double.NaN})).isNaN();
    assertThat(SampleError.ofGroup(new long[] {1, 1}, new double[] {0.5, 0.5})).isNaN();
    assertThat(SampleError.ofEqualTasks(0.5, Double.NaN)).isNaN();
    assertThatThrownBy(() -> SampleError.ofGroup(new long[] {2}, new double[0]))
        .hasMessageContaining("1 sizes and 0 errors");
    assertThatThrownBy(() -> SampleError.ofGroup(new long[] {0}, new double[] {1}))
        .hasMessageContaining("size 0 of task 0");
  }
}
