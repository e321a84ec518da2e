package dev.sluice.harness.export.checkpoint;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.SharedData;
import dev.sluice.harness.engine.Logits;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.export.Exports;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.harness.model.TinyCheckpoints.TinySpec;
import dev.sluice.harness.variant.Variant;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class ZeroedExporterTest {
  @TempDir Path folder;

  /** Six blocks: one is cut whole, one without attention, one without FFN, and one of two at the end. */
  private static final List<String> VARIANTS =
      List.of(
          "intact",
          "0.attention,3.ffn",
          "1.attention,1.ffn,2.ffn",
          "0.attention,0.ffn,2.attention,4.attention,4.ffn,5.ffn");

  @ParameterizedTest
  @FieldSource("dev.sluice.harness.model.family.Family#NAMES")
  void ownReaderComputesTheVariantBitForBit(String family) throws IOException {
    TinySpec spec = TinyCheckpoints.of(family).withBlocks(6);
    Path model = TinyCheckpoints.write(folder.resolve("model"), spec);
    for (String cuts : VARIANTS) {
      assertSameLogits(model, Variant.parse(cuts), folder.resolve("out-" + cuts));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama-rope-llama3",
        "gpt2",
        "gpt_neox-sequential",
        "gemma2",
        "phi3-longrope",
        "opt",
        "olmo2",
        "mixtral",
        "qwen3_moe",
        "qwen3_moe-step"
      })
  void soItDoesForWhatTransformersSaved(String name) throws IOException, URISyntaxException {
    Path model = Path.of(requireNonNull(getClass().getResource("/golden/" + name), name).toURI());
    for (String cuts :
        List.of("0.attention", "1.ffn,0.ffn", "0.attention,0.ffn", "1.ffn,1.attention,0.ffn")) {
      assertSameLogits(model, Variant.parse(cuts), folder.resolve(cuts));
    }
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
        "gemma2",
        "mixtral"
      })
  void soItDoesForEveryCutOfTheReferenceData(String name) throws IOException {
    Path model = SharedData.require("golden/" + name);
    JsonNode golden = new ObjectMapper().readTree(model.resolve("golden.json").toFile());
    for (JsonNode entry : golden.get("variants")) {
      StringBuilder cuts = new StringBuilder();
      entry.get("cut").forEach(c -> cuts.append(cuts.isEmpty() ? "" : ",").append(c.asText()));
      assertSameLogits(model, Variant.parse(cuts.toString()), folder.resolve("v" + cuts));
    }
  }

  @Test
  void windowsOfQwen2AndGemma2StayWithTheirBlocks() throws IOException {
    TinySpec spec = TinyCheckpoints.of("qwen2").withBlocks(6);
    Path model = TinyCheckpoints.write(folder.resolve("model"), spec);
    ObjectNode config = TinyCheckpoints.config(spec);
    config.put("use_sliding_window", true).put("sliding_window", 5).put("max_window_layers", 3);
    Files.writeString(model.resolve("config.json"), config.toString());
    assertSameLogits(model, Variant.parse("1.ffn,1.attention,2.ffn"), folder.resolve("counted"));
    config.putArray("layer_types");
    IntStream.range(0, 6)
        .forEach(i ->
            config
                .withArray("layer_types")
                .add(i % 3 == 1 ? "full_attention" : "sliding_attention"));
    Files.writeString(model.resolve("config.json"), config.toString());
    assertSameLogits(model, Variant.parse("1.ffn,1.attention,5.ffn"), folder.resolve("listed"));
  }

  private static void assertSameLogits(Path model, Variant variant, Path out) throws IOException {
    Files.createDirectories(out);
    try (Checkpoint intact = Checkpoint.open(model)) {
      new ZeroedExporter().write(Exports.of(intact, variant), out);
      float[][] expected = logits(intact, variant);
      try (Checkpoint exported = Checkpoint.open(out)) {
        int removed =
            (int)
                IntStream.range(0, intact.config().blocks())
                    .filter(b -> variant.isCut(2 * b) && variant.isCut(2 * b + 1))
                    .count();
        assertThat(exported.config().blocks()).isEqualTo(intact.config().blocks() - removed);
        assertThat(logits(exported, Variant.intact()))
            .as("%s of %s", variant, model)
            .isDeepEqualTo(expected);
      }
    }
  }

  private static float[][] logits(Checkpoint checkpoint, Variant variant) {
    int[] ids = new Random(7).ints(40, 0, checkpoint.config().vocabulary()).toArray();
    return Logits.of(checkpoint, variant, new TokenBatch(0, List.of(ids)));
  }
}
