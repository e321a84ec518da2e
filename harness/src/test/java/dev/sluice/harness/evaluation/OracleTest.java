package dev.sluice.harness.evaluation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.harness.SharedData;
import dev.sluice.harness.engine.DeviceChoice;
import dev.sluice.harness.engine.TorchEngine;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.Score;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** Every subset of a trained model's sublayers against a float64 reference. */
class OracleTest {
  private static final double RELATIVE = 1e-4;
  private static final double ABSOLUTE = 1e-6;

  @Test
  void everySubsetAgreesInEveryMeasure() throws IOException {
    Path folder = SharedData.require("data/models/stories260K");
    JsonNode oracle = new ObjectMapper().readTree(folder.resolve("oracle.json").toFile());
    List<Measure> measures =
        Arrays.stream(Measure.values())
            .filter(m -> oracle.get("subsets").get(0).has(m.id()))
            .toList();
    assertThat(measures).hasSize(7);
    List<Variant> variants =
        IntStream.range(0, oracle.get("subsets").size()).mapToObj(OracleTest::subset).toList();
    Evaluation evaluation = evaluate(folder, rows(oracle), variants, measures);
    List<String> wrong = new ArrayList<>();
    List<String> nearTies = new ArrayList<>();
    for (int i = 0; i < variants.size(); i++) {
      for (Score score : evaluation.scoresOf(variants.get(i))) {
        double expected = oracle.get("subsets").get(i).get(score.measure().id()).asDouble();
        String found =
            variants.get(i) + " " + score.measure() + " " + score.mean() + ", not " + expected;
        if (score.measure() == Measure.TOP1 && isOneFlip(score.mean() - expected)) {
          nearTies.add(found);
        } else if (!(Math.abs(score.mean() - expected)
            <= Math.max(ABSOLUTE, RELATIVE * Math.abs(expected)))) {
          wrong.add(found);
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(nearTies).as("subsets in which one argmax in 2,560 differs").hasSizeLessThan(6);
  }

  /** Two logits nearer than float32 tells apart: one position of 2,560 changes sides. */
  private static boolean isOneFlip(double difference) {
    return Math.abs(Math.abs(difference) - 1.0 / 2560) < 1e-9;
  }

  private static Evaluation evaluate(
      Path folder, List<int[]> rows, List<Variant> variants, List<Measure> measures) {
    TorchEngine.Options options =
        new TorchEngine.Options(DeviceChoice.CPU, Dtype.FLOAT32, true, OptionalInt.of(1));
    try (Checkpoint checkpoint = Checkpoint.open(folder);
        TorchEngine engine = TorchEngine.open(checkpoint, options);
        BoundaryCache cache = new BoundaryCache(0);
        Evaluator evaluator =
            new Evaluator(
                engine,
                checkpoint.config().sublayers(),
                cache,
                new Wavefront.Limits(1, 256),
                new Evaluator.Room(2, 128))) {
      Flux<dev.sluice.harness.engine.TokenBatch> batches =
          new Batcher(512).batches(Flux.fromIterable(rows));
      return requireNonNull(
          evaluator.evaluate(Evaluator.Request.of(variants, measures, batches)).blockLast());
    }
  }

  private static Variant subset(int bits) {
    return Variant.cutting(
        IntStream.range(0, 10).filter(i -> (bits >> i & 1) == 1).mapToObj(Sublayer::at).toList());
  }

  private static List<int[]> rows(JsonNode oracle) {
    List<int[]> rows = new ArrayList<>();
    for (JsonNode row : oracle.get("input_ids")) {
      rows.add(IntStream.range(0, row.size()).map(t -> row.get(t).asInt()).toArray());
    }
    return rows;
  }
}
