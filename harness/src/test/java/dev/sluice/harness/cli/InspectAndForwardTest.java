package dev.sluice.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.harness.engine.DeviceChoice;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.engine.TorchEngine;
import dev.sluice.harness.evaluation.Forward;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.harness.variant.Variant;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class InspectAndForwardTest {
  private static final int[] TOKENS = {0, 7, 263, 41, 41, 5};

  @TempDir static Path folder;
  static Path model;

  @BeforeAll
  static void write() {
    model = TinyCheckpoints.write(folder.resolve("model"), TinyCheckpoints.qwen3());
  }

  @ParameterizedTest
  @EnumSource(Dtype.class)
  void jsonLogitsAreThoseOfTheLibrary(Dtype dtype) {
    for (String cut : List.of("", "0.attention,1.ffn")) {
      JsonNode logits =
          Ran.of(
                  "forward",
                  "--model",
                  model.toString(),
                  "--tokens",
                  "0,7,263, 41,41,5",
                  "--cut",
                  cut,
                  "--dtype",
                  dtype.id(),
                  "--json")
              .done()
              .json()
              .get("logits");
      assertThat(floats(logits)).as("%s, cut '%s'", dtype, cut).isDeepEqualTo(expected(dtype, cut));
    }
  }

  private static float[][] expected(Dtype dtype, String cut) {
    TorchEngine.Options options =
        new TorchEngine.Options(DeviceChoice.CPU, dtype, true, OptionalInt.empty());
    try (Checkpoint checkpoint = Checkpoint.open(model);
        TorchEngine engine = TorchEngine.open(checkpoint, options)) {
      TokenBatch batch = new TokenBatch(0, List.of(TOKENS));
      return Forward.logits(engine, checkpoint.config(), batch, Variant.parse(cut));
    }
  }

  private static float[][] floats(JsonNode rows) {
    float[][] floats = new float[rows.size()][];
    for (int t = 0; t < floats.length; t++) {
      floats[t] = new float[rows.get(t).size()];
      for (int v = 0; v < floats[t].length; v++) {
        floats[t][v] = Float.parseFloat(rows.get(t).get(v).asText());
      }
    }
    return floats;
  }

  @Test
  void plainLogitsAreARowAPosition() {
    Ran ran = Ran.of("forward", "--model", model.toString(), "--tokens", "1,2,3").done();
    assertThat(ran.out().lines()).hasSize(3).allSatisfy(l -> assertThat(l).matches("\\d\t\\[.*]"));
    assertThat(ran.err()).isEmpty();
  }

  @Test
  void inspectTellsArchitectureSharesAndDigest() {
    Ran ran = Ran.of("inspect", "--model", model.toString(), "--journal", folder.toString()).done();
    assertThat(ran.out())
        .contains("family             qwen3", "2 = 4 sublayers", "0.attention", "1.ffn", "untied")
        .containsPattern("weights digest     sha256:[0-9a-f]{64}");
    assertThat(ran.err()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "gpt2; layer norm before each sublayer; learned, 128 of them",
        "gpt_neox; FFN reads the block's input; 2 elements of each head rotated",
        "gemma2; RMS norm before and after each sublayer; scores capped at 1.5, window in 2 blocks",
        "gemma2; logits capped at 3.0; FFN 48 gated, gelu_tanh",
        "olmo2; RMS norm after each sublayer; q and k normed",
        "qwen3_moe; 6 experts of 20, 3 for each token, in 2 blocks; 48 gated in the others, silu",
        "opt; FFN 48, relu; learned, 128 of them"
      })
  void inspectTellsWhatIsParticularToAFamily(String family, String one, String other) {
    Path home = TinyCheckpoints.write(folder.resolve(family), TinyCheckpoints.of(family));
    String text =
        Ran.of("inspect", "--model", home.toString(), "--journal", folder.toString()).done().out();
    assertThat(text).contains("family             " + family, one, other);
  }

  @Test
  void forwardRefusesMoreTokensThanLearnedPositions() {
    Path home = TinyCheckpoints.write(folder.resolve("short"), TinyCheckpoints.of("gpt2"));
    String tokens = "1" + ",1".repeat(128);
    Ran.of("forward", "--model", home.toString(), "--tokens", tokens)
        .refused("a sequence of 129 tokens: the model has learned 128 positions and no more");
  }

  @Test
  void inspectJsonHoldsTheSame() {
    String[] line = {"inspect", "--model", model.toString(), "--journal", folder.toString()};
    String text = Ran.of(line).done().out();
    JsonNode json =
        Ran.of("inspect", "--model", model.toString(), "--journal", folder.toString(), "--json")
            .done()
            .json();
    assertThat(json.at("/architecture/family").asText()).isEqualTo("qwen3");
    assertThat(json.at("/architecture/blocks").asInt()).isEqualTo(2);
    assertThat(text).contains("sha256:" + json.get("weightsDigest").asText());
    assertThat(json.get("sublayers")).hasSize(4);
    assertThat(json.at("/sublayers/3/sublayer").asText()).isEqualTo("1.ffn");
    double shares = 0;
    long parameters = 0;
    for (JsonNode sublayer : json.get("sublayers")) {
      shares += sublayer.get("share").asDouble();
      parameters += sublayer.get("parameters").asLong();
    }
    assertThat(shares)
        .isLessThan(1)
        .isCloseTo((double) parameters / json.get("parameters").asLong(), within(1e-12));
  }
}
