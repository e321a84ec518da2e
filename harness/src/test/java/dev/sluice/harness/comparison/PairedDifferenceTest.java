package dev.sluice.harness.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PairedDifferenceTest {

  private static List<Boolean> times(int count, boolean value) {
    return Collections.nCopies(count, value);
  }

  @Test
  void lostAndGainedItemsDecide() {
    List<Boolean> baseline =
        Stream.of(times(50, true), times(8, true), times(2, false), times(40, false))
            .flatMap(List::stream)
            .toList();
    List<Boolean> variant =
        Stream.of(times(50, true), times(8, false), times(2, true), times(40, false))
            .flatMap(List::stream)
            .toList();
    PairedDifference found = PairedDifference.of("gate", "x", baseline, variant);
    assertThat(found.difference()).isCloseTo(-0.06, within(1e-12));
    assertThat(found.lost()).isEqualTo(8);
    assertThat(found.gained()).isEqualTo(2);
    // 2 * (1 + 10 + 45) / 2^10
    assertThat(found.p()).isCloseTo(112 / 1024.0, within(1e-12));
    assertThat(found.interval().low()).isBetween(-0.16, -0.10);
    assertThat(found.interval().high()).isBetween(-0.02, 0.02);
  }

  @Test
  void manyDifferencesNeedMoreEvidence() {
    PairedDifference one = PairedDifference.of("gate", "x", times(6, true), times(6, false));
    List<PairedDifference> adjusted = PairedDifference.adjusted(List.of(one, one, one));
    assertThat(one.p()).isCloseTo(2.0 / 64, within(1e-12));
    assertThat(adjusted).extracting(PairedDifference::adjusted).allMatch(p -> p > 0.09);
    assertThat(adjusted).extracting(PairedDifference::p).containsOnly(one.p());
  }
}
