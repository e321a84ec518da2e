package dev.sluice.harness.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.harness.plan.SweepPlan.Calibration;
import dev.sluice.harness.plan.SweepPlan.Calibration.Select;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The keys that choose rows of a pool, in one plan and in a grid. */
class SelectKeysTest {
  private static SweepPlan plan(String... pairs) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("model", "tiny");
    values.put("calibration", "text.txt");
    values.put("calibration-preset", "first");
    for (int i = 0; i < pairs.length; i += 2) {
      values.put(pairs[i], pairs[i + 1]);
    }
    return PlanReader.from(values);
  }

  private static void refused(String message, String... pairs) {
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(() -> plan(pairs))
        .withMessage(message);
  }

  @Test
  void aPoolIsTenTimesTheRowsUnlessItIsGiven() {
    Calibration usual = plan("select", "loss-low", "sequences", "7").calibration();
    assertThat(usual.select()).isEqualTo(Select.LOSS_LOW);
    assertThat(usual.pool()).isEqualTo(70);
    assertThat(plan("select", "grand", "pool", "10").calibration().pool()).isEqualTo(10);
  }

  @Test
  void whoTakesTheFirstRowsHasNoPool() {
    assertThat(plan("pool", "77")).isEqualTo(plan("select", "first")).isEqualTo(plan());
  }

  @Test
  void aPoolMustHoldItsRowsAndFitAnInt() {
    refused(
        "plan: pool 9: must be at least sequences, 10. Leave it out for 10 times as many",
        "select",
        "random",
        "pool",
        "9");
    refused(
        "plan: pool 40000000 and length 256: more than 2147483647 tokens together."
            + " Make one of them smaller",
        "select",
        "loss",
        "sequences",
        "4000000");
  }

  @Test
  void finerCutsPresetHasNothingToSelectFrom() {
    refused(
        "plan: select longest: calibration-preset finercut takes the first 10 x 256 tokens."
            + " Use calibration-preset first, windows or documents",
        "calibration-preset",
        "finercut",
        "select",
        "longest");
  }

  @Test
  void seedsOfOneTextAreOneCalibrationWhereNothingIsDrawn() {
    assertThat(plan("select", "el2n", "seed", "1").calibration().withoutIdleSeed())
        .isEqualTo(plan("select", "el2n", "seed", "2").calibration().withoutIdleSeed());
    assertThat(plan("select", "random", "seed", "1").calibration().withoutIdleSeed())
        .isNotEqualTo(plan("select", "random", "seed", "2").calibration().withoutIdleSeed());
    assertThat(plan("select", "el2n", "pool", "50").calibration().withoutIdleSeed())
        .isNotEqualTo(plan("select", "el2n").calibration().withoutIdleSeed());
  }

  @Test
  void aGridVariesOnlyWhatItsCellsRead(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("grid.yaml"),
            """
            model: tiny
            calibration: text.txt
            calibration-preset: first
            select: [first, random, el2n]
            pool: [20, 40]
            seed: [0, 1]
            """);
    assertThat(GridReader.find(file, Map.of()).orElseThrow().cells())
        .extracting(cell -> cell.plan().calibration())
        .extracting(c -> c.select() + " " + c.pool() + " " + c.seed())
        .containsExactlyInAnyOrder(
            "FIRST 10 0",
            "RANDOM 20 0",
            "RANDOM 20 1",
            "RANDOM 40 0",
            "RANDOM 40 1",
            "EL2N 20 0",
            "EL2N 40 0");
  }
}
