package dev.sluice.harness.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.harness.SharedData;
import dev.sluice.harness.engine.DeviceChoice;
import dev.sluice.harness.engine.TorchEngine;
import dev.sluice.harness.evaluation.Batcher;
import dev.sluice.harness.evaluation.BoundaryCache;
import dev.sluice.harness.evaluation.Evaluator;
import dev.sluice.harness.evaluation.Wavefront;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.plan.PlanReader;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.profile.DepthProfiler;
import dev.sluice.harness.profile.TaylorProfiler;
import dev.sluice.harness.strategy.Strategies;
import dev.sluice.harness.variant.Reductions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole searches on a trained model against a float64 reference's orders. */
class GreedyOracleTest {

  @ParameterizedTest
  @CsvSource({
    "ag,none",
    "ag,0.4",
    "js,none",
    "js,0.4",
    "kl,none",
    "kl,0.4",
    "angular,none",
    "angular,0.4",
    "norm,none",
    "norm,0.4",
    "nll,none",
    "nll,0.4"
  })
  void theSearchCutsInTheReferencesOrder(String measure, String exclude) throws IOException {
    Path folder = SharedData.require("data/models/stories260K");
    JsonNode oracle = new ObjectMapper().readTree(folder.resolve("oracle.json").toFile());
    String key = measure + ",exclude=" + (exclude.equals("none") ? "0.0" : exclude);
    List<Step> steps = search(folder, rows(oracle), measure, exclude, "off").steps();
    JsonNode expected = oracle.get("greedy").get(key);
    assertThat(steps).hasSize(expected.size());
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      JsonNode reference = expected.get(i);
      assertThat(step.committed().name())
          .as("%s, step %d", key, step.number())
          .isEqualTo(reference.get("cut").asText());
      assertThat(step.score())
          .as("%s, step %d", key, step.number())
          .isCloseTo(reference.get(measure).asDouble(), withinPercentage(0.01));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ag", "js", "kl", "angular", "norm", "nll", "top1"})
  void aSoundRaceTakesTheSameStepsAndDropsTheRest(String measure) throws IOException {
    Path folder = SharedData.require("data/models/stories260K");
    List<int[]> rows = rows(new ObjectMapper().readTree(folder.resolve("oracle.json").toFile()));
    SweepState full = search(folder, rows, measure, "none", "off");
    SweepState raced = search(folder, rows, measure, "none", "1");
    assertThat(raced.steps()).isEqualTo(full.steps());
    assertThat(raced.trials()).hasSameSizeAs(full.trials());
    assertThat(raced.trials())
        .filteredOn(t -> t.outcome() == Trial.Outcome.DROPPED)
        .as("candidates that were not scored to the end")
        .isNotEmpty();
  }

  private static SweepState search(
      Path folder, List<int[]> rows, String measure, String exclude, String racing) {
    SweepPlan plan =
        PlanReader.from(
            Map.of(
                "model",
                folder.toString(),
                "calibration",
                "tinystories.txt",
                "measure",
                measure,
                "measures",
                measure,
                "exclude",
                exclude,
                "until",
                "1",
                "slice",
                "4",
                "racing",
                racing));
    InMemoryJournal journal = new InMemoryJournal();
    try (Checkpoint checkpoint = Checkpoint.open(folder);
        TorchEngine engine =
            TorchEngine.open(
                checkpoint,
                new TorchEngine.Options(DeviceChoice.CPU, Dtype.FLOAT32, true, OptionalInt.of(1)));
        BoundaryCache cache = new BoundaryCache(1L << 30);
        Evaluator evaluator =
            new Evaluator(
                engine, 10, cache, new Wavefront.Limits(1, 256), new Evaluator.Room(2, 64));
        DepthProfiler depths = new DepthProfiler(engine, 10, 1);
        TaylorProfiler taylor =
            new TaylorProfiler(engine, 10, new TaylorProfiler.Limits(10, 256))) {
      RowBatches batches = new RowBatches(new Batcher(512), rows, 2);
      EvaluatorSlices slices =
          new EvaluatorSlices(
              evaluator,
              cache,
              new EvaluatorSlices.Bench(
                  10,
                  batches,
                  2560L * 64 * 4,
                  new EvaluatorSlices.Profilers(depths, taylor),
                  () -> 0L),
              plan.search());
      new Sweep(
              plan,
              provenance(checkpoint),
              new Sweep.Parts(
                  journal,
                  Strategies.of(
                      plan.search(),
                      new Strategies.Ground(
                          5, Optional.empty(), 1, s -> new Strategies.Magnitude(0, 0))),
                  slices,
                  new Reductions(checkpoint.config(), checkpoint.layout(), 256),
                  List.of()))
          .run(() -> false);
    }
    return SweepState.of(journal.replay()).orElseThrow();
  }

  private static Provenance provenance(Checkpoint checkpoint) {
    return new Provenance(
        "w", "t", "c", 10, List.of(), 2560, "float32", "e", "cpu", "v", "j", checkpoint.config());
  }

  private static List<int[]> rows(JsonNode oracle) {
    List<int[]> rows = new ArrayList<>();
    for (JsonNode row : oracle.get("input_ids")) {
      rows.add(IntStream.range(0, row.size()).map(t -> row.get(t).asInt()).toArray());
    }
    return rows;
  }
}
