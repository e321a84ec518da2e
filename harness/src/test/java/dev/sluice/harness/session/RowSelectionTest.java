package dev.sluice.harness.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.harness.plan.SweepPlan.Calibration;
import dev.sluice.harness.plan.SweepPlan.Calibration.Preset;
import dev.sluice.harness.plan.SweepPlan.Calibration.Select;
import dev.sluice.harness.profile.RowDifficulty;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowSelectionTest {
  /** Five rows: the second is the longest, the last predicts nothing. */
  private static final List<int[]> POOL = IntStream.of(4, 9, 4, 6, 1).mapToObj(int[]::new).toList();

  private static final List<RowDifficulty> DIFFICULTY =
      List.of(
          new RowDifficulty(3, 2.0, 0.9, 7),
          new RowDifficulty(8, 5.0, 0.8, 9),
          new RowDifficulty(3, 2.0, 0.7, 8),
          new RowDifficulty(5, 3.0, 1.1, 7),
          new RowDifficulty(0, Double.NaN, Double.NaN, Double.NaN));

  private static Calibration calibration(Select select, int sequences, long seed) {
    return new Calibration(
        "t", Optional.empty(), Preset.FIRST, sequences, 9, seed, select, POOL.size());
  }

  @ParameterizedTest
  @CsvSource({
    "FIRST, ''",
    "LONGEST, '1, 3'",
    "LOSS, '1, 3'",
    "LOSS_LOW, '0, 2'",
    "EL2N, '0, 3'",
    "EL2N_LOW, '1, 2'",
    "GRAND, '1, 2'"
  })
  void theHighestAreKeptInTheOrderOfThePool(Select select, String places) {
    List<Integer> expected =
        places.isEmpty() ? List.of() : Stream.of(places.split(", ")).map(Integer::valueOf).toList();
    assertThat(RowSelection.places(calibration(select, 2, 0), POOL, () -> DIFFICULTY))
        .isEqualTo(expected);
  }

  @Test
  void onlyScoresOfTheModelRunTheModel() {
    for (Select select : Select.values()) {
      List<Select> asked = new ArrayList<>();
      RowSelection.places(
          calibration(select, 2, 0),
          POOL,
          () -> {
            asked.add(select);
            return DIFFICULTY;
          });
      assertThat(!asked.isEmpty()).as("%s", select).isEqualTo(select.needsModel());
    }
  }

  @Test
  void equalRowsAreTakenFromTheFirstAndSilentOnesLast() {
    double none = Double.NaN;
    assertThat(RowSelection.highest(new double[] {1, 1, 1, 1}, 2)).containsExactly(0, 1);
    assertThat(RowSelection.highest(new double[] {none, 3, none, -9}, 3)).containsExactly(0, 1, 3);
    assertThat(
            RowSelection.highest(
                new double[] {none, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}, 2))
        .containsExactly(1, 2);
  }

  @Test
  void theOrderOfPromptsDoesNotChangeWhichAreTaken() {
    for (int seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      double[] scores = random.doubles(20).toArray();
      List<Integer> order = new ArrayList<>(IntStream.range(0, 20).boxed().toList());
      Collections.shuffle(order, random);
      double[] shuffled = order.stream().mapToDouble(i -> scores[i]).toArray();
      assertThat(RowSelection.highest(shuffled, 6).stream().map(order::get))
          .as("seed %d", seed)
          .containsExactlyInAnyOrderElementsOf(RowSelection.highest(scores, 6));
    }
  }

  @Test
  void aSeedDrawsTheSameRowsAndSeedsDrawAllPairsAlike() {
    Map<List<Integer>, Integer> pairs = new HashMap<>();
    for (long seed = 0; seed < 2_000; seed++) {
      List<Integer> drawn =
          RowSelection.places(calibration(Select.RANDOM, 2, seed), POOL, () -> DIFFICULTY);
      assertThat(RowSelection.places(calibration(Select.RANDOM, 2, seed), POOL, () -> DIFFICULTY))
          .isEqualTo(drawn);
      pairs.merge(drawn, 1, Integer::sum);
    }
    assertThat(pairs)
        .hasSize(10)
        .allSatisfy((pair, times) -> {
          assertThat(pair).hasSize(2).isSorted();
          assertThat(times).as("of 2000 draws, about 200 %s", pair).isBetween(150, 250);
        });
  }
}
