package dev.sluice.harness.export.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.sluice.harness.export.Export;
import dev.sluice.harness.masks.CutList;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.harness.model.TinyCheckpoints.TinySpec;
import dev.sluice.harness.variant.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MergekitExporterTest {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  @TempDir private Path folder;
  private final MergekitExporter exporter = new MergekitExporter();

  private static Export export(Checkpoint checkpoint, String cuts) {
    return new Export(checkpoint, Variant.parse(cuts), "cut\n!", Optional.empty(), 1 << 30);
  }

  private String yaml(Export export) throws IOException {
    Path out = Files.createDirectory(folder.resolve("out"));
    exporter.write(export, out);
    String text = Files.readString(out.resolve("mergekit.yaml"));
    assertThat(exporter.bytes(export)).isEqualTo(Files.size(out.resolve("mergekit.yaml")));
    return text;
  }

  @Test
  void blocksAlikeAreOneSliceAndBlocksWithoutSublayersAreLeftOut() throws IOException {
    Path model = TinyCheckpoints.write(folder.resolve("m"), TinyCheckpoints.llama().withBlocks(7));
    try (Checkpoint checkpoint = Checkpoint.open(model)) {
      String text = yaml(export(checkpoint, "2.attention,3.attention,4.attention,4.ffn,6.ffn"));
      assertThat(text.replace(model.toString(), "MODEL"))
          .isEqualTo(
              """
              # cut !: 5 of 14 sublayers are cut.
              merge_method: passthrough
              dtype: float32
              slices:
                - sources:
                    - model: "MODEL"
                      layer_range: [0, 2]
                - sources:
                    - model: "MODEL"
                      layer_range: [2, 4]
                      parameters:
                        scale:
                          - filter: self_attn.o_proj
                            value: 0.0
                          - value: 1.0
                - sources:
                    - model: "MODEL"
                      layer_range: [5, 6]
                - sources:
                    - model: "MODEL"
                      layer_range: [6, 7]
                      parameters:
                        scale:
                          - filter: mlp.down_proj
                            value: 0.0
                          - value: 1.0
              """);
    }
  }

  /**
   * What mergekit's rule, the first filter that is part of a name decides, makes of the tensors. Which
   * block a family can lose was found with mergekit itself, see docs/export.md.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          llama   | self_attn.o_proj          | mlp.down_proj               | true
          mistral | self_attn.o_proj          | mlp.down_proj               | true
          qwen2   | self_attn.o_proj          | mlp.down_proj               | false
          qwen3   | self_attn.o_proj          | mlp.down_proj               | false
          gemma   | self_attn.o_proj          | mlp.down_proj               | true
          gemma2  | self_attn.o_proj          | mlp.down_proj               | false
          phi3    | self_attn.o_proj          | mlp.down_proj               | true
          gpt2    | attn.c_proj               | mlp.c_proj                  | true
          opt     | self_attn.out_proj        | fc2                         | false
          mixtral | self_attn.o_proj          | block_sparse_moe.experts.*w2 | true
          """)
  void zeroedTensorsAreTheOutputsOfTheCutSublayers(
      String family, String attention, String ffn, boolean removable) throws IOException {
    TinySpec spec = TinyCheckpoints.of(family).withBlocks(4);
    Path model = TinyCheckpoints.write(folder.resolve("m"), spec);
    try (Checkpoint checkpoint = Checkpoint.open(model)) {
      Export export = export(checkpoint, "0.attention,1.ffn,2.attention,2.ffn");
      assertThat(exporter.obstacle(export)).isEmpty();
      Merged merged = merge(yaml(export), checkpoint.tensors().keySet());
      List<String> expected = new ArrayList<>(List.of("0." + attention, "1." + ffn));
      if (!removable) {
        expected.addAll(List.of("2." + attention, "2." + ffn));
      }
      assertThat(merged.blocks()).isEqualTo(removable ? List.of(0, 1, 3) : List.of(0, 1, 2, 3));
      String patterns = String.join("|", expected).replace(".", "\\.").replace("*", "\\d+\\.");
      assertThat(merged.zeroed())
          .isEqualTo(
              checkpoint.tensors().keySet().stream()
                  .filter(n -> n.matches(".*\\.(?:" + patterns + ")\\.(?:weight|bias)"))
                  .collect(Collectors.toCollection(TreeSet::new)))
          .isNotEmpty();
    }
  }

  private record Merged(List<Integer> blocks, Set<String> zeroed) {}

  private static Merged merge(String text, Set<String> tensors) throws IOException {
    List<Integer> blocks = new ArrayList<>();
    Set<String> zeroed = new TreeSet<>();
    for (JsonNode slice : YAML.readTree(text).path("slices")) {
      JsonNode source = slice.path("sources").path(0);
      for (int b = source.path("layer_range").path(0).asInt();
          b < source.path("layer_range").path(1).asInt();
          b++) {
        blocks.add(b);
        for (String tensor : tensors) {
          boolean inBlock = tensor.matches("\\D*\\." + b + "\\..*");
          if (inBlock && scale(source.path("parameters").path("scale"), tensor) == 0) {
            zeroed.add(tensor);
          }
        }
      }
    }
    return new Merged(blocks, zeroed);
  }

  private static double scale(JsonNode conditions, String tensor) {
    for (JsonNode condition : conditions) {
      if (!condition.has("filter") || tensor.contains(condition.path("filter").asText())) {
        return condition.path("value").asDouble();
      }
    }
    return 1;
  }

  @Test
  void theModelIsNamedSoThatMergekitFindsIt() throws IOException {
    Path odd = TinyCheckpoints.write(folder.resolve("a+b@c \"d\""), TinyCheckpoints.llama());
    try (Checkpoint checkpoint = Checkpoint.open(odd)) {
      assertThat(named(export(checkpoint, "0.ffn")).path("model").path("path").asText())
          .isEqualTo(odd.toString());
      Export hub =
          new Export(
              checkpoint,
              Variant.parse("0.ffn"),
              "x",
              Optional.of(Dtype.BFLOAT16),
              1 << 30,
              CutList.of(Variant.parse("0.ffn")).ofModel("org/name@v1", "ab".repeat(32)));
      Files.delete(folder.resolve("out/mergekit.yaml"));
      Files.delete(folder.resolve("out"));
      assertThat(named(hub).asText()).isEqualTo("org/name@v1");
    }
  }

  private JsonNode named(Export export) throws IOException {
    return YAML.readTree(yaml(export)).path("slices").path(0).path("sources").path(0).path("model");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          gpt_neox  | mergekit asks gpt_neox models for tensors
          olmo2     | norms of queries and keys
          """)
  void familiesThatMergekitDamagesAreRefused(String family, String reason) {
    Path model = TinyCheckpoints.write(folder.resolve("m"), TinyCheckpoints.of(family));
    try (Checkpoint checkpoint = Checkpoint.open(model)) {
      assertThat(exporter.obstacle(export(checkpoint, "0.ffn")).orElseThrow()).contains(reason);
    }
  }

  @Test
  void whatMergekitCannotSayIsRefused() {
    TinySpec spec = TinyCheckpoints.llama();
    Path biased = TinyCheckpoints.write(folder.resolve("b"), spec.withBiases(true));
    try (Checkpoint checkpoint = Checkpoint.open(biased)) {
      assertThat(exporter.obstacle(export(checkpoint, "0.ffn")).orElseThrow()).contains("biases");
    }
    Path plain = TinyCheckpoints.write(folder.resolve("p"), spec.withBlocks(2));
    try (Checkpoint checkpoint = Checkpoint.open(plain)) {
      String all = "0.attention,0.ffn,1.attention,1.ffn";
      assertThat(exporter.obstacle(export(checkpoint, all)).orElseThrow())
          .contains("without any block");
    }
    Path mixture = TinyCheckpoints.write(folder.resolve("x"), TinyCheckpoints.of("mixtral"));
    try (Checkpoint checkpoint = Checkpoint.open(mixture)) {
      assertThat(exporter.obstacle(export(checkpoint, "1.ffn.2")).orElseThrow())
          .contains("1.ffn.2 is part of one");
    }
  }
}
