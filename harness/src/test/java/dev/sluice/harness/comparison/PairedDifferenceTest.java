package dev.sluice.harness.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.harness.comparison.PairedDifference.Pair;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class PairedDifferenceTest {
  private static final Pair ACC = new Pair("gate", Measured.ACC, "intact", "x");

  private static double[] times(int count, double value) {
    double[] values = new double[count];
    Arrays.fill(values, value);
    return values;
  }

  private static double[] joined(double[]... parts) {
    return Arrays.stream(parts).flatMapToDouble(DoubleStream::of).toArray();
  }

  @Test
  void lostAndGainedItemsDecide() {
    double[] first = joined(times(58, 1), times(42, 0));
    double[] second = joined(times(50, 1), times(8, 0), times(2, 1), times(40, 0));
    PairedDifference found = PairedDifference.of(ACC, 100, first, second);
    assertThat(found.difference()).isCloseTo(-0.06, within(1e-12));
    assertThat(found.flips()).isEqualTo(new PairedDifference.Flips(8, 2));
    // 2 * (1 + 10 + 45) / 2^10
    assertThat(found.p().orElseThrow()).isCloseTo(112 / 1024.0, within(1e-12));
    assertThat(found.interval().low()).isBetween(-0.16, -0.10);
    assertThat(found.interval().high()).isBetween(-0.02, 0.02);
  }

  @Test
  void manyDifferencesNeedMoreEvidence() {
    PairedDifference one = PairedDifference.of(ACC, 6, times(6, 1), times(6, 0));
    PairedDifference untested =
        PairedDifference.of(
            new Pair("page", Measured.LOG_LIKELIHOOD, "intact", "x"),
            2,
            new double[] {-1, -2},
            new double[] {-2, -4});
    List<PairedDifference> adjusted = PairedDifference.adjusted(List.of(one, untested, one, one));
    assertThat(one.p().orElseThrow()).isCloseTo(2.0 / 64, within(1e-12));
    // Three tests, not four: log-likelihoods have none.
    assertThat(adjusted.getFirst().adjusted().orElseThrow()).isCloseTo(6.0 / 64, within(1e-12));
    assertThat(adjusted.get(1).adjusted()).isEmpty();
    assertThat(adjusted.get(1).difference()).isEqualTo(-1.5);
  }
}
