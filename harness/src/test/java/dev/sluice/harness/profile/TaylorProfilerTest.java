package dev.sluice.harness.profile;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.offset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.harness.engine.Engine;
import dev.sluice.harness.engine.HiddenState;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.engine.TorchEngine;
import dev.sluice.harness.evaluation.Batcher;
import dev.sluice.harness.evaluation.Forward;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.harness.model.TinyCheckpoints.TinySpec;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.PrerequisiteException;
import dev.sluice.scorers.TaylorScores;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** The Taylor criterion against PyTorch's autograd on transformers' models in float64. */
class TaylorProfilerTest {
  /** Attention beside the FFN, or chosen experts. */
  private static final Set<String> WITHOUT_GRADIENTS = Set.of("gpt_neox", "mixtral", "qwen3_moe");

  @TempDir Path folder;

  /** All but those whose gradients are refused. */
  static List<TinySpec> families() {
    Set<String> refused = Set.of("gpt_neox", "mixtral", "qwen3_moe");
    return TinyCheckpoints.all().stream().filter(spec -> !refused.contains(spec.family())).toList();
  }

  private static List<int[]> rows() {
    Random random = new Random(12);
    return IntStream.of(14, 3, 1, 22, 9)
        .mapToObj(length -> random.ints(length, 0, 200).toArray())
        .toList();
  }

  private static TaylorScores scores(
      TorchEngine engine, int sublayers, List<int[]> rows, int positions, int group) {
    try (TaylorProfiler profiler =
        new TaylorProfiler(engine, sublayers, new TaylorProfiler.Limits(group, 7))) {
      Flux<TokenBatch> batches = new Batcher(positions).batches(Flux.fromIterable(rows));
      TaylorScores scores = requireNonNull(profiler.scores(batches).block());
      assertThat(engine.liveStates()).as("states left open").isZero();
      return scores;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen3", "llama-rope-llama3"})
  void agreesWithAutogradOnTransformers(String name) throws Exception {
    Path golden =
        Path.of(
            requireNonNull(TaylorProfilerTest.class.getResource("/golden/" + name), name).toURI());
    JsonNode expected = new ObjectMapper().readTree(golden.resolve("taylor.json").toFile());
    List<int[]> rows = new ArrayList<>();
    expected
        .get("rows")
        .forEach(row -> rows.add(new ObjectMapper().convertValue(row, int[].class)));
    try (Checkpoint checkpoint = Checkpoint.open(golden);
        TorchEngine engine = DepthProfilerTest.open(checkpoint)) {
      TaylorScores scores = scores(engine, checkpoint.config().sublayers(), rows, 60, 3);
      assertThat(scores.predictions()).isEqualTo(57);
      assertThat(scores.loss()).isCloseTo(expected.get("loss").asDouble(), offset(1e-6));
      assertThat(scores.scores()).hasSize(expected.get("scores").size());
      for (int p = 0; p < scores.scores().size(); p++) {
        double score = expected.get("scores").get(p).asDouble();
        assertThat(scores.scores().get(p)).as("%d", p).isCloseTo(score, offset(1e-5 * score));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void batchesAndGroupsChangeNothingBeyondRounding(TinySpec spec) {
    try (Checkpoint checkpoint = Checkpoint.open(TinyCheckpoints.write(folder, spec));
        TorchEngine engine = DepthProfilerTest.open(checkpoint)) {
      if (WITHOUT_GRADIENTS.contains(spec.family())) {
        assertThatExceptionOfType(PrerequisiteException.class)
            .isThrownBy(() -> engine.gradients(List.of()))
            .withMessageContaining(spec.family())
            .withMessageContaining("Take another strategy");
        return;
      }
      int sublayers = checkpoint.config().sublayers();
      TaylorScores expected = scores(engine, sublayers, rows(), 1000, sublayers);
      for (int group : new int[] {1, 3}) {
        TaylorScores actual = scores(engine, sublayers, rows(), 20, group);
        assertThat(actual.loss()).isCloseTo(expected.loss(), offset(1e-6));
        for (int p = 0; p < sublayers; p++) {
          double score = expected.scores().get(p);
          assertThat(actual.scores().get(p))
              .as("%s, group %d, sublayer %d", spec, group, p)
              .isCloseTo(score, offset(1e-5 * score));
        }
      }
    }
  }

  @Test
  void onlyPositionsThatPredictATokenHaveAGradient() {
    try (Checkpoint checkpoint =
            Checkpoint.open(TinyCheckpoints.write(folder, TinyCheckpoints.llama()));
        TorchEngine engine = DepthProfilerTest.open(checkpoint);
        Engine.Gradients gradients = engine.gradients(List.of())) {
      TokenBatch batch = new TokenBatch(0, rows().subList(0, 2));
      int[] all = IntStream.range(0, batch.positions()).toArray();
      try (HiddenState last =
              Forward.lastState(engine, checkpoint.config(), batch, Variant.intact());
          HiddenState gradient = gradients.ofLoss(last, batch, 5)) {
        float[][] g = engine.vectors(gradient, all);
        assertThat(gradients.loss()).isGreaterThan(0);
        assertThat(g[13]).as("the last token predicts nothing").containsOnly(0f);
        assertThat(g[16]).as("nor does the last one before padding").containsOnly(0f);
        assertThat(g[20]).as("nor does padding").containsOnly(0f);
        assertThat(g[3]).doesNotContain(0f);
      }
    }
  }

  @Test
  void bfloat16ModelsHaveTheScoresOfFloat32WithinTheirRounding() {
    try (Checkpoint checkpoint =
            Checkpoint.open(TinyCheckpoints.write(folder, TinyCheckpoints.qwen2()));
        TorchEngine exact = DepthProfilerTest.open(checkpoint);
        TorchEngine rounded = DepthProfilerTest.open(checkpoint, Dtype.BFLOAT16)) {
      TaylorScores expected = scores(exact, 6, rows(), 100, 6);
      TaylorScores actual = scores(rounded, 6, rows(), 100, 6);
      for (int p = 0; p < 6; p++) {
        double score = expected.scores().get(p);
        assertThat(actual.scores().get(p)).as("%d", p).isCloseTo(score, offset(0.03 * score));
      }
    }
  }

  @Test
  void aCancelLeavesNothingOpen() {
    try (Checkpoint checkpoint =
            Checkpoint.open(TinyCheckpoints.write(folder, TinyCheckpoints.llama()));
        TorchEngine engine = DepthProfilerTest.open(checkpoint)) {
      for (int i = 0; i < 20; i++) {
        try (TaylorProfiler profiler =
            new TaylorProfiler(engine, 6, new TaylorProfiler.Limits(6, 9))) {
          Flux<TokenBatch> batches = new Batcher(10).batches(Flux.fromIterable(rows()).repeat());
          Disposable running = profiler.scores(batches.take(5 + i)).subscribe();
          running.dispose();
        }
        assertThat(engine.liveStates()).isZero();
      }
    }
  }

  @Test
  void unwantedSublayersHaveNoScoreAndNoPromptsGiveNone() {
    try (Checkpoint checkpoint =
            Checkpoint.open(TinyCheckpoints.write(folder, TinyCheckpoints.llama()));
        TorchEngine engine = DepthProfilerTest.open(checkpoint);
        Engine.Gradients gradients = engine.gradients(List.of(Sublayer.at(1)))) {
      assertThat(gradients.taylor(Sublayer.at(0))).isZero();
      assertThat(scores(engine, 6, List.of(), 50, 6).scores()).hasSize(6).containsOnly(Double.NaN);
      assertThat(scores(engine, 6, List.of(new int[] {4}), 50, 6).loss()).isNaN();
    }
  }
}
