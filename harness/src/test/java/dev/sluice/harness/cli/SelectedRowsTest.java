package dev.sluice.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.harness.engine.DeviceChoice;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.engine.Tokenizer;
import dev.sluice.harness.engine.TorchEngine;
import dev.sluice.harness.evaluation.Forward;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.plan.PlanReader;
import dev.sluice.harness.session.CalibrationSet;
import dev.sluice.harness.sweep.Provenance;
import dev.sluice.harness.sweep.SweepState;
import dev.sluice.harness.variant.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sweeps on rows that were chosen from a pool, from the command line to the journal. */
class SelectedRowsTest {
  @TempDir static Path folder;
  static TinyWorld world;

  @BeforeAll
  static void world() {
    world = TinyWorld.in(folder);
    TinyWorld.writeText(world.text(), 40 * 16);
  }

  private static SweepState state(String name) {
    return SweepState.of(world.journals().read(name)).orElseThrow();
  }

  private static Ran select(String name, String by, String... more) {
    List<String> options = new ArrayList<>(List.of("--name", name, "--select", by));
    options.addAll(List.of("--until", "0.25", "--sequences", "3", "--pool", "12"));
    options.addAll(List.of(more));
    return world.run(options.toArray(String[]::new));
  }

  /** Mean loss of each row of the pool, in Java. */
  private static List<Double> losses(SweepState state) {
    try (Checkpoint checkpoint = Checkpoint.open(world.model());
        Tokenizer tokenizer =
            Tokenizer.open(
                checkpoint.tokenizerFile().orElseThrow(), checkpoint.config().vocabulary());
        TorchEngine engine =
            TorchEngine.open(
                checkpoint,
                new TorchEngine.Options(
                    DeviceChoice.CPU, Dtype.FLOAT32, true, OptionalInt.of(1)))) {
      return CalibrationSet.pool(state.plan().calibration(), tokenizer).rows().stream()
          .map(row -> loss(row, logits(engine, checkpoint, row)))
          .toList();
    }
  }

  private static float[][] logits(TorchEngine engine, Checkpoint checkpoint, int[] row) {
    return Forward.logits(
        engine, checkpoint.config(), new TokenBatch(0, List.of(row)), Variant.intact());
  }

  private static double loss(int[] row, float[][] logits) {
    double sum = 0;
    for (int t = 0; t + 1 < row.length; t++) {
      double mass = 0;
      for (float z : logits[t]) {
        mass += Math.exp(z);
      }
      sum += Math.log(mass) - logits[t][row[t + 1]];
    }
    return sum / (row.length - 1);
  }

  @Test
  void theRowsOfTheHighestLossAreKeptHoweverTheyAreBatched() {
    select("loss", "loss", "--batch-tokens", "20").done();
    SweepState state = state("loss");
    List<Double> losses = losses(state);
    assertThat(losses).hasSize(12);
    List<Integer> expected =
        IntStream.range(0, 12)
            .boxed()
            .sorted(Comparator.comparing(losses::get, Comparator.reverseOrder()))
            .limit(3)
            .sorted()
            .toList();
    assertThat(state.provenance().places()).isEqualTo(expected);
    assertThat(state.provenance().rows()).isEqualTo(3);
    assertThat(state.provenance().tokens()).isEqualTo(48);
    select("other-batches", "loss", "--batch-tokens", "1000", "--threads", "2").done();
    assertThat(state("other-batches").provenance().calibrationDigest())
        .isEqualTo(state.provenance().calibrationDigest());
  }

  @Test
  void everySelectorGivesASweepThatIsResumedOnTheSameRows() {
    for (String by : List.of("random", "longest", "loss-low", "el2n", "el2n-low", "grand")) {
      String report = select(by, by).done().out();
      assertThat(report).contains("3 rows of 12 by " + by);
      Provenance provenance = state(by).provenance();
      assertThat(provenance.places()).as(by).hasSize(3).isSorted().doesNotHaveDuplicates();
      assertThat(world.command("resume", by).done().out()).isEqualTo(report);
      assertThat(select(by, by, "--seed", "0").done().out()).isEqualTo(report);
    }
    assertThat(state("longest").provenance().places()).containsExactly(0, 1, 2);
    assertThat(state("el2n-low").provenance().places())
        .doesNotContainAnyElementsOf(state("el2n").provenance().places());
  }

  @Test
  void theFirstRowsAreWhatTheyAlwaysWere() {
    world.run("--name", "plain", "--until", "0.25", "--sequences", "3").done();
    select("first", "first").done();
    assertThat(state("first").provenance()).isEqualTo(state("plain").provenance());
    assertThat(state("first").provenance().places()).isEmpty();
    assertThat(PlanReader.hash(state("first").plan()))
        .isEqualTo(PlanReader.hash(state("plain").plan()));
  }

  @Test
  void anotherSelectionDoesNotGoOnWithASweep() {
    select("taken", "el2n").done();
    select("taken", "el2n-low")
        .refused("select: journal has el2n, plan has el2n-low", "calibration digest");
  }

  @Test
  void aTextTooShortForItsPoolIsRefused() {
    select("short", "el2n", "--pool", "4000").refused("4000 rows of 16", "--pool");
    select("documents", "loss", "--pool", "4000", "--calibration-preset", "documents")
        .refused("documents, but --pool asks for 4000");
  }

  @Test
  void aGridSaysHowAlikeTheOrdersAreThatSelectorsGive() throws IOException {
    Path text = TinyWorld.writeText(folder.resolve("second.txt"), 2_000);
    Path plan =
        Files.writeString(
            folder.resolve("grid.yaml"),
            """
            model: %s
            calibration: [%s, %s]
            calibration-preset: first
            sequences: 2
            length: [12, 16]
            pool: 8
            select: [first, random, el2n]
            seed: [0, 1]
            until: 0.25
            threads: 1
            journal: %s
            """
                .formatted(world.model(), world.text(), text, folder.resolve("grids")));
    String out = Ran.of("run", plan.toString(), "--quiet").done().out();
    assertThat(out)
        .contains("How alike the orders are that different texts give")
        .contains("How alike they are where the texts differ in one key alone")
        .containsPattern("select first, el2n +4 ")
        .containsPattern("select random, el2n +4 ")
        .containsPattern("seed 0, 1 +4 ")
        .containsPattern("length 12, 16 +8 ");
    JsonNode table = Ran.of("run", plan.toString(), "--quiet", "--json").done().json();
    assertThat(table.path("alike")).hasSize(16 * 15 / 2);
    assertThat(table.path("alike").path(0).path("spearman").asDouble()).isCloseTo(0, within(1.0));
  }
}
