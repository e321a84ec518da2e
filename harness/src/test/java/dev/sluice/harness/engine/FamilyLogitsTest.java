package dev.sluice.harness.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.harness.engine.TorchEngine.Options;
import dev.sluice.harness.evaluation.Forward;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.PrerequisiteException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logits of tiny random checkpoints that transformers computed; kept with the tests. */
class FamilyLogitsTest {
  private static final double TOLERANCE = 1e-4;
  private static final DeviceChoice CPU = DeviceChoice.CPU;
  private static final OptionalInt ONE = OptionalInt.of(1);

  /** Share of the largest logit; a flip of a router's choice changes a few logits by much more. */
  private static final double BFLOAT16_SHARE = 0.04;

  private record Difference(double worst, double mean, double largest) {}

  @ParameterizedTest
  @ValueSource(
      strings = {
        "qwen3",
        "llama-rope-llama3",
        "llama-rope-linear",
        "llama-rope-dynamic",
        "gpt2",
        "gpt_neox",
        "gpt_neox-sequential",
        "gemma",
        "gemma2",
        "phi3",
        "phi3-longrope",
        "phi3-longrope-short",
        "opt",
        "olmo2",
        "mixtral",
        "qwen3_moe",
        "qwen3_moe-step"
      })
  void agreeWithTransformersIntactAndCut(String name) throws Exception {
    for (boolean resident : List.of(true, false)) {
      assertThat(difference(name, new Options(CPU, Dtype.FLOAT32, resident, ONE)).worst())
          .as("%s, resident %s", name, resident)
          .isLessThan(TOLERANCE);
    }
    Difference rounded = difference(name, new Options(CPU, Dtype.BFLOAT16, true, ONE));
    assertThat(rounded.mean())
        .as("%s in bfloat16", name)
        .isLessThan(BFLOAT16_SHARE * rounded.largest());
  }

  private static Difference difference(String name, Options options) throws Exception {
    Path folder = resource("/golden/" + name);
    JsonNode expected = new ObjectMapper().readTree(folder.resolve("expected.json").toFile());
    JsonNode tokens = expected.get("tokens");
    int[] ids = IntStream.range(0, tokens.size()).map(t -> tokens.get(t).asInt()).toArray();
    DoubleSummaryStatistics differences = new DoubleSummaryStatistics();
    DoubleSummaryStatistics sizes = new DoubleSummaryStatistics();
    try (Checkpoint checkpoint = Checkpoint.open(folder);
        TorchEngine engine = TorchEngine.open(checkpoint, options)) {
      TokenBatch batch = new TokenBatch(0, List.of(ids));
      for (JsonNode variant : expected.get("variants")) {
        List<Sublayer> cut = new ArrayList<>();
        variant.get("cut").forEach(c -> cut.add(Sublayer.parse(c.asText())));
        float[][] logits = Forward.logits(engine, checkpoint.config(), batch, Variant.cutting(cut));
        for (int i = 0; i < expected.get("positions").size(); i++) {
          float[] row = logits[expected.get("positions").get(i).asInt()];
          for (int v = 0; v < row.length; v++) {
            double wanted = variant.get("logits").get(i).get(v).asDouble();
            differences.accept(Math.abs(row[v] - wanted));
            sizes.accept(Math.abs(wanted));
          }
        }
      }
      assertThat(engine.liveStates()).isZero();
    }
    return new Difference(differences.getMax(), differences.getAverage(), sizes.getMax());
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "opt"})
  void moreTokensThanLearnedPositionsAreRefused(String name) throws Exception {
    try (Checkpoint checkpoint = Checkpoint.open(resource("/golden/" + name));
        TorchEngine engine = GoldenLogitsTest.open(checkpoint, Dtype.FLOAT32)) {
      engine.embed(new TokenBatch(0, List.of(new int[64]))).close();
      TokenBatch longer = new TokenBatch(0, List.of(new int[65]));
      assertThatThrownBy(() -> engine.embed(longer))
          .isInstanceOf(PrerequisiteException.class)
          .hasMessage(
              "a sequence of 65 tokens: the model has learned 64 positions and no more."
                  + " Give it shorter sequences");
      assertThat(engine.liveStates()).isZero();
    }
  }

  private static Path resource(String name) throws URISyntaxException {
    return Path.of(requireNonNull(FamilyLogitsTest.class.getResource(name), name).toURI());
  }
}
