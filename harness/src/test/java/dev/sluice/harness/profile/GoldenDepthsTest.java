package dev.sluice.harness.profile;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.engine.TorchEngine;
import dev.sluice.harness.evaluation.Batcher;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.scorers.DepthProfile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/**
 * Depth profiles against hidden states of transformers in float64: recorded before both norms of every
 * block and before the final one, with the formulas written in PyTorch; kept with the tests.
 */
class GoldenDepthsTest {
  private static final double TOLERANCE = 2e-6;

  @ParameterizedTest
  @ValueSource(strings = {"qwen3", "llama-rope-llama3"})
  void agreeWithTransformers(String name) throws Exception {
    Path folder =
        Path.of(
            requireNonNull(GoldenDepthsTest.class.getResource("/golden/" + name), name).toURI());
    JsonNode expected = new ObjectMapper().readTree(folder.resolve("depths.json").toFile());
    List<int[]> rows = new ArrayList<>();
    expected
        .get("rows")
        .forEach(row -> rows.add(new ObjectMapper().convertValue(row, int[].class)));
    try (Checkpoint checkpoint = Checkpoint.open(folder);
        TorchEngine engine = DepthProfilerTest.open(checkpoint);
        DepthProfiler profiler = new DepthProfiler(engine, checkpoint.config().sublayers(), 2)) {
      Flux<TokenBatch> batches = new Batcher(40).batches(Flux.fromIterable(rows));
      DepthProfile profile = requireNonNull(profiler.profile(batches).block());
      requireClose(expected.get("cosine"), profile.cosine(), "cosine");
      requireClose(expected.get("angle"), profile.angle(), "angle");
      requireClose(expected.get("cka"), profile.cka(), "cka");
      requireClose(expected.get("update"), profile.update(), "update");
    }
  }

  private static void requireClose(JsonNode expected, List<?> actual, String what) {
    assertThat(actual).as(what).hasSize(expected.size());
    for (int i = 0; i < actual.size(); i++) {
      String where = what + " " + i;
      switch (actual.get(i)) {
        case List<?> row -> requireClose(expected.get(i), row, where);
        case Double value ->
            assertThat(value).as(where).isCloseTo(expected.get(i).asDouble(), offset(TOLERANCE));
        default -> throw new AssertionError(where + " is " + actual.get(i));
      }
    }
  }
}
