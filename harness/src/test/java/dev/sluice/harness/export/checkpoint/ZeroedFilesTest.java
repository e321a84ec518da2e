package dev.sluice.harness.export.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.export.Export;
import dev.sluice.harness.export.Exports;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.SafetensorsFile;
import dev.sluice.harness.model.SafetensorsFile.Tensor;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.harness.model.TinyCheckpoints.TinySpec;
import dev.sluice.harness.variant.Variant;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a zeroed export's files hold beside what is computed with. */
class ZeroedFilesTest {
  private static final Variant SECOND_BLOCK = Variant.parse("1.attention,1.ffn");

  @TempDir Path folder;
  private List<String> sentences = List.of();

  @Test
  void unusedTensorsGoWithTheirBlockAndATiedHeadIsNotRepeated() throws IOException {
    Path model = write(TinyCheckpoints.of("gpt2").withTied(true), config -> {});
    List<Tensor> tensors = stored(model);
    for (int block = 0; block < 3; block++) {
      String prefix = "transformer.h." + block + ".attn.";
      tensors.add(
          new Tensor(
              prefix + "bias",
              "F32",
              List.of(4L),
              new byte[] {1, 1, 1, (byte) block, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5}));
      tensors.add(new Tensor(prefix + "mask", "BOOL", List.of(2L), new byte[2]));
    }
    tensors.add(new Tensor("lm_head.weight", "F32", List.of(1L), new byte[4]));
    SafetensorsFile.write(model.resolve("model.safetensors"), tensors);
    try (Checkpoint source = Checkpoint.open(model);
        Checkpoint out =
            Checkpoint.open(export(Exports.as(Dtype.BFLOAT16, source, SECOND_BLOCK)))) {
      assertThat(out.tensors()).doesNotContainKeys("lm_head.weight", "transformer.h.2.attn.bias");
      assertThat(out.tensor("transformer.h.1.attn.bias").dtype())
          .as("no weight of the model's")
          .isEqualTo(Dtype.FLOAT32);
      assertThat(out.data(out.tensor("transformer.h.1.attn.bias")).get(ValueLayout.JAVA_BYTE, 3))
          .isEqualTo((byte) 2);
      assertThat(out.tensor("transformer.h.1.attn.c_attn.weight").dtype())
          .isEqualTo(Dtype.BFLOAT16);
      assertThat(out.tensors().keySet()).hasSize(source.tensors().size() - 12 - 1 - 1);
    }
    assertThat(sentences)
        .anySatisfy(
            s -> assertThat(s).startsWith("Left out").contains("transformer.h.0.attn.mask"));
  }

  @Test
  void namesOfAModelThatWasSavedWithoutItsHeadAreRenumberedToo() throws IOException {
    Path model = write(TinyCheckpoints.of("gpt2").withTied(true), config -> {});
    SafetensorsFile.write(
        model.resolve("model.safetensors"),
        stored(model).stream()
            .map(t ->
                new Tensor(t.name().replace("transformer.", ""), t.dtype(), t.shape(), t.data()))
            .toList());
    try (Checkpoint source = Checkpoint.open(model);
        Checkpoint out = Checkpoint.open(export(Exports.of(source, SECOND_BLOCK)))) {
      assertThat(out.config().blocks()).isEqualTo(2);
      assertThat(
              out.data(out.tensor("h.1.mlp.c_fc.weight"))
                  .mismatch(source.data(source.tensor("h.2.mlp.c_fc.weight"))))
          .isEqualTo(-1);
    }
  }

  @Test
  void configKeepsItsKeysAndOrderAndCutsOnlyListsOfBlocks() throws IOException {
    Path model =
        write(
            TinyCheckpoints.llama(),
            config -> {
              config.putArray("eos_token_id").add(1).add(2).add(3);
              config.put("zebra", 1e-05).put("apple", "last");
              config.putArray("per_block").add("a").add("b").add("c");
              config.putArray("four").add(1).add(2).add(3).add(4);
              config.remove("dtype");
              config.put("torch_dtype", "float32");
            });
    JsonNode before = json(model.resolve("config.json"));
    JsonNode config;
    try (Checkpoint source = Checkpoint.open(model)) {
      config = json(export(Exports.as(Dtype.FLOAT16, source, SECOND_BLOCK)).resolve("config.json"));
    }
    assertThat(keys(config)).isEqualTo(keys(before));
    ObjectNode expected = before.deepCopy();
    expected.put("num_hidden_layers", 2).put("torch_dtype", "float16");
    expected.putArray("per_block").add("a").add("c");
    assertThat(config).isEqualTo(expected);
  }

  @Test
  void variantWithoutAnyBlockKeepsTheFirst() throws IOException {
    Path model = write(TinyCheckpoints.llama(), config -> {});
    try (Checkpoint source = Checkpoint.open(model);
        Checkpoint out =
            Checkpoint.open(
                export(Exports.of(source, Variant.cutting(source.config().sublayerList()))))) {
      assertThat(out.config().blocks()).isEqualTo(1);
    }
    assertThat(sentences)
        .anyMatch(s -> s.startsWith("2 of 3 blocks, cut whole, are left out"))
        .anyMatch(s -> s.startsWith("2 cut sublayers stay with zeros"));
  }

  @Test
  void whatTravelsWithAModelIsCopiedAndNothingElse() throws IOException {
    Path model = write(TinyCheckpoints.llama(), config -> {});
    List<String> with =
        List.of("merges.txt", "chat_template.jinja", "LICENSE", "generation_config.json");
    for (String name : with) {
      Files.writeString(model.resolve(name), name);
    }
    for (String name : List.of("pytorch_model.bin", "notes.txt", "training_args.bin")) {
      Files.writeString(model.resolve(name), name);
    }
    try (Checkpoint source = Checkpoint.open(model)) {
      Path out = export(Exports.of(source, SECOND_BLOCK));
      try (Stream<Path> files = Files.list(out)) {
        List<String> expected = new ArrayList<>(with);
        expected.addAll(
            List.of("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"));
        assertThat(files.map(f -> f.getFileName().toString()).toList())
            .containsExactlyInAnyOrderElementsOf(expected);
      }
      for (String name : List.of("merges.txt", "tokenizer.json")) {
        assertThat(Files.mismatch(out.resolve(name), model.resolve(name))).as(name).isEqualTo(-1);
      }
    }
  }

  private interface Change {
    void to(ObjectNode config);
  }

  private Path write(TinySpec spec, Change change) throws IOException {
    Path model = TinyCheckpoints.write(folder.resolve("model"), spec);
    ObjectNode config = TinyCheckpoints.config(spec);
    change.to(config);
    Files.writeString(model.resolve("config.json"), config.toString());
    return model;
  }

  private static List<Tensor> stored(Path model) {
    List<Tensor> tensors = new ArrayList<>();
    try (Checkpoint checkpoint = Checkpoint.open(model)) {
      checkpoint
          .tensors()
          .values()
          .forEach(t ->
              tensors.add(
                  new Tensor(
                      t.name(),
                      t.dtype().safetensors(),
                      t.shape(),
                      checkpoint.data(t).toArray(ValueLayout.JAVA_BYTE))));
    }
    return tensors;
  }

  private Path export(Export export) throws IOException {
    Path out = Files.createDirectory(folder.resolve("out"));
    sentences = new ZeroedExporter().write(export, out);
    return out;
  }

  private static JsonNode json(Path file) throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }

  private static List<String> keys(JsonNode node) {
    List<String> keys = new ArrayList<>();
    node.fieldNames().forEachRemaining(keys::add);
    return keys;
  }
}
