package dev.sluice.harness.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.SharedData;
import dev.sluice.harness.evaluation.Forward;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.variant.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logits of intact and cut models against transformers', from the reference data. */
class GoldenLogitsTest {
  private static final double FLOAT32_TOLERANCE = 1e-4;

  /** Share of the largest logit that bfloat16's eight bits of mantissa may cost after a few blocks. */
  private static final double BFLOAT16_SHARE = 0.03;

  /** Checkpoints under {@code golden} that have reference logits. */
  static final List<String> NAMES =
      List.of(
          "llama-gqa-tied",
          "llama-untied-bias",
          "mistral-sliding",
          "qwen2",
          "gpt2",
          "gpt-neox",
          "gemma2",
          "mixtral");

  @TempDir private Path folder;

  @ParameterizedTest
  @FieldSource("NAMES")
  void agreeInFloat32(String family) throws IOException {
    assertThat(worst(family, Dtype.FLOAT32).difference()).isLessThan(FLOAT32_TOLERANCE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama-gqa-tied",
        "llama-untied-bias",
        "mistral-sliding",
        "qwen2",
        "gpt2",
        "gpt-neox",
        "gemma2"
      })
  void agreeInBfloat16WithinItsRounding(String family) throws IOException {
    Worst worst = worst(family, Dtype.BFLOAT16);
    assertThat(worst.difference()).isLessThan(BFLOAT16_SHARE * worst.logit());
  }

  /** The reference is transformers' fused attention, which leaves the cap of the scores out. */
  @Test
  void gemma2CapsItsScoresWhereTheConfigAsksForEagerAttention() throws IOException {
    Path golden = SharedData.require("golden/gemma2");
    for (String name : List.of("model.safetensors", "golden.safetensors", "golden.json")) {
      Files.copy(golden.resolve(name), folder.resolve(name));
    }
    ObjectNode config =
        (ObjectNode) new ObjectMapper().readTree(golden.resolve("config.json").toFile());
    config.put("attn_implementation", "eager");
    Files.writeString(folder.resolve("config.json"), config.toString());
    assertThat(worst(folder, Dtype.FLOAT32).difference())
        .as("the cap of 50 hardly bends scores of this size")
        .isBetween(FLOAT32_TOLERANCE, 20 * FLOAT32_TOLERANCE);
  }

  /** The largest difference and the largest logit, both absolute, over all variants. */
  private record Worst(double difference, double logit) {
    Worst and(double expected, double actual) {
      return new Worst(
          Math.max(difference, Math.abs(expected - actual)), Math.max(logit, Math.abs(expected)));
    }
  }

  private static Worst worst(String family, Dtype dtype) throws IOException {
    return worst(SharedData.require("golden/" + family), dtype);
  }

  private static Worst worst(Path folder, Dtype dtype) throws IOException {
    JsonNode golden = new ObjectMapper().readTree(folder.resolve("golden.json").toFile());
    ReferenceTensors tensors = ReferenceTensors.read(folder.resolve("golden.safetensors"));
    Worst worst = new Worst(0, 0);
    try (Checkpoint checkpoint = Checkpoint.open(folder);
        TorchEngine engine = open(checkpoint, dtype)) {
      TokenBatch batch = new TokenBatch(0, tensors.tokenRows("input_ids"));
      for (JsonNode entry : golden.get("variants")) {
        List<Sublayer> cut = new ArrayList<>();
        entry.get("cut").forEach(name -> cut.add(Sublayer.parse(name.asText())));
        float[][] logits = Forward.logits(engine, checkpoint.config(), batch, Variant.cutting(cut));
        worst = compare(worst, logits, tensors.floats(entry.get("tensor").asText()));
      }
      assertThat(engine.liveStates()).as("states left open").isZero();
    }
    return worst;
  }

  static TorchEngine open(Checkpoint checkpoint, Dtype dtype) {
    return TorchEngine.open(
        checkpoint, new TorchEngine.Options(DeviceChoice.CPU, dtype, true, OptionalInt.of(1)));
  }

  private static Worst compare(Worst soFar, float[][] logits, float[] expected) {
    Worst worst = soFar;
    int i = 0;
    for (float[] row : logits) {
      for (float logit : row) {
        worst = worst.and(expected[i++], logit);
      }
    }
    assertThat(i).as("logits compared").isEqualTo(expected.length);
    return worst;
  }
}
