package dev.sluice.harness.export.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.engine.Logits;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.export.Export;
import dev.sluice.harness.export.Exporter;
import dev.sluice.harness.export.Exports;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.TensorInfo;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.harness.model.TinyCheckpoints.TinySpec;
import dev.sluice.harness.model.family.NasWidth;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeciExporterTest {
  private static final Variant CUT = Variant.parse("0.attention,1.attention,1.ffn,3.ffn");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"llama", "llama-biased", "mistral", "qwen2", "phi3"})
  void ownReaderComputesTheVariantBitForBitWithoutWhatIsCut(String name) throws IOException {
    try (Checkpoint intact = Checkpoint.open(model(name))) {
      Path out = write(intact, CUT);
      try (Checkpoint lean = Checkpoint.open(out)) {
        assertThat(lean.layout().absent()).containsExactlyInAnyOrderElementsOf(CUT.cuts());
        assertThat(logits(lean, Variant.intact())).isDeepEqualTo(logits(intact, CUT));
        long cut = CUT.cuts().stream().mapToLong(intact.layout()::parameters).sum();
        assertThat(lean.layout().parameters()).isEqualTo(intact.layout().parameters() - cut);
        assertThat(lean.tensors().values().stream().mapToLong(TensorInfo::elements).sum())
            .as("no tensor too many")
            .isEqualTo(lean.layout().parameters());
      }
    }
  }

  @Test
  void keptTensorsAreTheSourcesByteForByte() throws IOException {
    try (Checkpoint intact = Checkpoint.open(model("llama"));
        Checkpoint lean = Checkpoint.open(write(intact, CUT))) {
      assertThat(lean.tensors()).isNotEmpty();
      lean.tensors()
          .forEach((name, tensor) ->
              assertThat(lean.data(tensor).mismatch(intact.data(intact.tensor(name))))
                  .as(name)
                  .isEqualTo(-1));
      for (Sublayer cut : CUT.cuts()) {
        intact
            .layout()
            .of(cut)
            .forEach(s -> assertThat(lean.tensors()).doesNotContainKey(s.tensor()));
      }
    }
  }

  /** As vLLM's and llama.cpp's readers compute it. */
  @ParameterizedTest
  @CsvSource({
    "256, 32",
    "512, 33",
    "14336, 4096",
    "11008, 4096",
    "5632, 2048",
    "8960, 1536",
    "27648, 5120",
    "53248, 16384"
  })
  void widthsComeBackExactlyFromTheirMultiple(int width, int hidden) {
    double multiple = NasWidth.multiple(width, hidden);
    assertThat(intermediate(multiple, hidden)).isEqualTo(width);
    assertThat(intermediate(Math.round(multiple * 1e6) / 1e6, hidden))
        .as("MLX rounds the multiple to six digits")
        .isEqualTo(width);
  }

  @ParameterizedTest
  @CsvSource({"256, true", "512, true", "48, false", "300, false"})
  void widthIsAMultipleWhereOneGivesItAndElseANumber(int width, boolean usual) throws IOException {
    TinySpec spec =
        new TinySpec("llama", 4, 32, 4, 2, 8, width, 264, true, false, Dtype.FLOAT32, 1, 1);
    Path model = TinyCheckpoints.write(folder.resolve("model"), spec);
    try (Checkpoint intact = Checkpoint.open(model)) {
      JsonNode block =
          new ObjectMapper()
              .readTree(write(intact, CUT).resolve("config.json").toFile())
              .at("/block_configs/2");
      assertThat(block.at("/attention/n_heads_in_group").asInt()).isEqualTo(2);
      assertThat(block.get("ffn").has("intermediate_size")).isEqualTo(!usual);
      if (usual) {
        assertThat(intermediate(block.at("/ffn/ffn_mult").asDouble(), 32)).isEqualTo(width);
      }
    }
  }

  private static int intermediate(double multiple, int hidden) {
    int width = (int) (2 * multiple * hidden / 3);
    return width % 256 == 0 ? width : width + 256 - width % 256;
  }

  @Test
  void configNamesTheCodeBesideItAndWhatEachBlockLacks() throws IOException {
    Path out;
    try (Checkpoint intact = Checkpoint.open(model("mistral"))) {
      out = write(intact, CUT);
    }
    JsonNode config = new ObjectMapper().readTree(out.resolve("config.json").toFile());
    assertThat(config.at("/architectures/0").asText()).isEqualTo("DeciLMForCausalLM");
    assertThat(config.get("model_type").asText()).isEqualTo("nemotron-nas");
    config
        .get("auto_map")
        .forEach(code ->
            assertThat(out.resolve(code.asText().replaceFirst("\\..*", ".py"))).isNotEmptyFile());
    assertThat(config.at("/block_configs/0/attention/no_op").asBoolean()).isTrue();
    assertThat(config.at("/block_configs/0/ffn/no_op").asBoolean()).isFalse();
    assertThat(config.at("/block_configs/1/ffn/ffn_mult").isNull()).isTrue();
    assertThat(config.has("sliding_window")).as("it would be applied to a llama").isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "qwen3, queries and keys",
    "gpt2, norms",
    "gpt_neox, norms",
    "gemma, norms",
    "gemma2, norms",
    "opt, norms",
    "olmo2, norms",
    "mixtral, experts",
    "qwen3_moe, queries and keys"
  })
  void otherArchitecturesAreRefusedForTheirReason(String family, String reason) {
    Path model = TinyCheckpoints.write(folder.resolve(family), TinyCheckpoints.of(family));
    try (Checkpoint checkpoint = Checkpoint.open(model)) {
      assertThat(new DeciExporter().obstacle(Exports.of(checkpoint, CUT)))
          .hasValueSatisfying(why -> assertThat(why).startsWith(family + " ").contains(reason));
    }
  }

  @Test
  void modelThatLacksSublayersIsNotExportedAgain() throws IOException {
    try (Checkpoint intact = Checkpoint.open(model("llama"));
        Checkpoint lean = Checkpoint.open(write(intact, CUT))) {
      Export again = Exports.of(lean, CUT);
      for (Exporter exporter : List.of(new DeciExporter(), new ZeroedExporter())) {
        assertThat(exporter.obstacle(again))
            .hasValueSatisfying(why -> assertThat(why).contains("lacks sublayers already"));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "attention, n_heads_in_group, 4",
    "attention, replace_with_linear, 1",
    "ffn, ffn_mult, 1",
    "ffn, intermediate_size, 40"
  })
  void blocksThatAreUnlikeTheOthersCannotBeReadBack(String part, String key, int value)
      throws IOException {
    Path out;
    try (Checkpoint intact = Checkpoint.open(model("llama"))) {
      out = write(intact, CUT);
    }
    ObjectNode config =
        (ObjectNode) new ObjectMapper().readTree(out.resolve("config.json").toFile());
    ((ObjectNode) config.at("/block_configs/2/" + part)).put(key, value);
    Files.writeString(out.resolve("config.json"), config.toString());
    assertThatThrownBy(() -> Checkpoint.open(out))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContainingAll("block_configs makes 2." + part, "alike");
  }

  /** A family's tiny model of four blocks whose window, if it has one, is as long as its context. */
  private Path model(String name) throws IOException {
    TinySpec spec =
        name.equals("llama-biased")
            ? TinyCheckpoints.llama().withBiases(true).withTied(false)
            : TinyCheckpoints.of(name);
    Path model = TinyCheckpoints.write(folder.resolve("model"), spec.withBlocks(4));
    ObjectNode config = TinyCheckpoints.config(spec.withBlocks(4));
    if (config.has("sliding_window")) {
      config.put("sliding_window", config.get("max_position_embeddings").asInt());
    }
    Files.writeString(model.resolve("config.json"), config.toString());
    return model;
  }

  private Path write(Checkpoint intact, Variant variant) throws IOException {
    Path out = Files.createDirectory(folder.resolve("out"));
    new DeciExporter().write(Exports.of(intact, variant), out);
    return out;
  }

  private static float[][] logits(Checkpoint checkpoint, Variant variant) {
    int[] ids = new Random(7).ints(40, 0, checkpoint.config().vocabulary()).toArray();
    return Logits.of(checkpoint, variant, new TokenBatch(0, List.of(ids)));
  }
}
