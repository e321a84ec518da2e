package dev.sluice.harness.export.checkpoint;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.SharedData;
import dev.sluice.harness.engine.Logits;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.engine.TorchEngine;
import dev.sluice.harness.evaluation.Forward;
import dev.sluice.harness.export.Exports;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.harness.model.TinyCheckpoints.TinySpec;
import dev.sluice.harness.variant.Variant;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
    assertSameLogits(model, VARIANTS);
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
    assertSameLogits(
        model,
        List.of("0.attention", "1.ffn,0.ffn", "0.attention,0.ffn", "1.ffn,1.attention,0.ffn"));
  }

  @ParameterizedTest
  @FieldSource("dev.sluice.harness.engine.GoldenLogitsTest#NAMES")
  void soItDoesForEveryCutOfTheReferenceData(String name) throws IOException {
    Path model = SharedData.require("golden/" + name);
    JsonNode golden = new ObjectMapper().readTree(model.resolve("golden.json").toFile());
    List<String> variants = new ArrayList<>();
    for (JsonNode entry : golden.get("variants")) {
      List<String> cuts = new ArrayList<>();
      entry.get("cut").forEach(c -> cuts.add(c.asText()));
      variants.add(String.join(",", cuts));
    }
    assertSameLogits(model, variants);
  }

  @Test
  void windowsOfQwen2AndGemma2StayWithTheirBlocks() throws IOException {
    TinySpec spec = TinyCheckpoints.of("qwen2").withBlocks(6);
    Path model = TinyCheckpoints.write(folder.resolve("model"), spec);
    ObjectNode config = TinyCheckpoints.config(spec);
    config.put("use_sliding_window", true).put("sliding_window", 5).put("max_window_layers", 3);
    Files.writeString(model.resolve("config.json"), config.toString());
    assertSameLogits(model, List.of("1.ffn,1.attention,2.ffn"));
    config.putArray("layer_types");
    IntStream.range(0, 6)
        .forEach(i ->
            config
                .withArray("layer_types")
                .add(i % 3 == 1 ? "full_attention" : "sliding_attention"));
    Files.writeString(model.resolve("config.json"), config.toString());
    assertSameLogits(model, List.of("1.ffn,1.attention,5.ffn"));
  }

  private void assertSameLogits(Path model, List<String> variants) throws IOException {
    try (Checkpoint intact = Checkpoint.open(model);
        TorchEngine engine = Logits.engine(intact)) {
      for (String cuts : variants) {
        Variant variant = Variant.parse(cuts);
        Path out = Files.createTempDirectory(folder, "out");
        new ZeroedExporter().write(Exports.of(intact, variant), out);
        float[][] expected = Forward.logits(engine, intact.config(), batch(intact), variant);
        try (Checkpoint exported = Checkpoint.open(out)) {
          assertThat(exported.config().blocks())
              .isEqualTo(intact.config().blocks() - wholeBlocks(variant, intact));
          assertThat(Logits.of(exported, Variant.intact(), batch(intact)))
              .as("%s of %s", variant, model)
              .isDeepEqualTo(expected);
        }
      }
    }
  }

  private static int wholeBlocks(Variant variant, Checkpoint intact) {
    return (int)
        IntStream.range(0, intact.config().blocks())
            .filter(b -> variant.isCut(2 * b) && variant.isCut(2 * b + 1))
            .count();
  }

  private static TokenBatch batch(Checkpoint checkpoint) {
    return new TokenBatch(
        0, List.of(new Random(7).ints(40, 0, checkpoint.config().vocabulary()).toArray()));
  }
}
