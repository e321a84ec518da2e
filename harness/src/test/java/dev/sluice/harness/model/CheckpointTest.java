package dev.sluice.harness.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.model.SafetensorsFile.Tensor;
import dev.sluice.harness.model.TinyCheckpoints.TinySpec;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  @TempDir Path folder;

  @Test
  void everyFamilyOpensWithTheTensorsOfItsLayout() {
    for (TinySpec spec : TinyCheckpoints.all()) {
      Path home = TinyCheckpoints.write(folder.resolve(spec.family()), spec);
      try (Checkpoint checkpoint = Checkpoint.open(home)) {
        assertThat(checkpoint.config().family()).isEqualTo(spec.family());
        assertThat(checkpoint.config().ends().tiedHead()).isEqualTo(spec.tied());
        assertThat(checkpoint.tensors().values().stream().mapToLong(TensorInfo::elements).sum())
            .as("parameters of %s", spec.family())
            .isEqualTo(checkpoint.layout().parameters());
        assertThat(checkpoint.folder()).isEqualTo(home);
        assertThat(checkpoint.tokenizerFile()).contains(home.resolve("tokenizer.json"));
      }
    }
  }

  /** As the files of GPT-2 on the Hugging Face hub are. */
  @Test
  void namesWithoutThePrefixOfTheModelAreRead() throws IOException {
    TinySpec spec = TinyCheckpoints.of("gpt2").withTied(true);
    TinyCheckpoints.write(folder, spec);
    List<Tensor> bare;
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      bare =
          TinyCheckpoints.tensors(checkpoint.layout(), spec).stream()
              .map(t ->
                  new Tensor(t.name().replace("transformer.", ""), t.dtype(), t.shape(), t.data()))
              .toList();
    }
    TinyCheckpoints.writeWeights(folder, bare, 1);
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThat(checkpoint.layout().of(Sublayer.parse("2.ffn")).getFirst().tensor())
          .isEqualTo("h.2.ln_2.weight");
    }
  }

  @Test
  void dataIsExactlyWhatWasWritten() {
    TinySpec spec = TinyCheckpoints.llama().withShards(3);
    TinyCheckpoints.write(folder, spec);
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThat(checkpoint.shards()).hasSize(3);
      List<Tensor> written = TinyCheckpoints.tensors(checkpoint.layout(), spec);
      for (Tensor tensor : written) {
        TensorInfo info = checkpoint.tensor(tensor.name());
        assertThat(checkpoint.data(info).toArray(ValueLayout.JAVA_BYTE))
            .as(tensor.name())
            .isEqualTo(tensor.data());
      }
      assertThat(checkpoint.tensors().keySet())
          .containsExactlyElementsOf(written.stream().map(Tensor::name).toList());
    }
  }

  @Test
  void dataIsReadOnlyAndGoneAfterClose() {
    TinyCheckpoints.write(folder, TinyCheckpoints.llama());
    Checkpoint checkpoint = Checkpoint.open(folder);
    var data = checkpoint.data(checkpoint.tensor("model.norm.weight"));
    assertThat(data.isReadOnly()).isTrue();
    assertThat(data.get(FLOAT, 0)).as("a norm weight").isBetween(0.5f, 1.5f);
    checkpoint.close();
    checkpoint.close();
    assertThatThrownBy(() -> data.get(FLOAT, 0)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void unknownTensorIsAProgrammingError() {
    TinyCheckpoints.write(folder, TinyCheckpoints.llama());
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThatThrownBy(() -> checkpoint.tensor("nothing"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'nothing'");
    }
  }

  @Test
  void tokenizerIsNotRequired() {
    TinyCheckpoints.write(folder, TinyCheckpoints.llama().withVocabulary(40));
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThat(checkpoint.tokenizerFile()).isEmpty();
    }
  }

  @Test
  void headStoredBesideATiedEmbeddingIsIgnored() throws IOException {
    rewrite(
        TinyCheckpoints.llama(),
        tensors -> tensors.add(new Tensor("lm_head.weight", "F32", List.of(1L), new byte[4])));
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThat(checkpoint.layout().outside().getLast().tensor())
          .isEqualTo("model.embed_tokens.weight");
    }
  }

  @Test
  void tensorOfAnotherTypeIsNoErrorUnlessNeeded() throws IOException {
    rewrite(
        TinyCheckpoints.llama(),
        tensors -> tensors.add(new Tensor("mask", "I64", List.of(1L), new byte[8])));
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThat(checkpoint.tensors()).doesNotContainKey("mask");
    }
    rewrite(
        TinyCheckpoints.llama(),
        tensors ->
            tensors.replaceAll(t ->
                t.name().equals("model.norm.weight")
                    ? new Tensor(t.name(), "I32", t.shape(), t.data())
                    : t));
    refused(() -> Checkpoint.open(folder))
        .contains("model.norm.weight is stored as I32", "F32, F16 or BF16");
  }

  @Test
  void dtypeThatTheConfigDoesNotStateIsTheEmbeddings() throws IOException {
    TinySpec spec = TinyCheckpoints.llama().withDtype(Dtype.BFLOAT16);
    TinyCheckpoints.write(folder, spec);
    ObjectNode config = TinyCheckpoints.config(spec);
    config.remove("dtype");
    Files.writeString(folder.resolve("config.json"), config.toString());
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThat(checkpoint.config().storedDtype()).isEqualTo(Dtype.BFLOAT16);
    }
  }

  @Test
  void folderThatIsNoneIsNamed() throws IOException {
    refused(() -> Checkpoint.open(folder.resolve("nowhere"))).contains("nowhere does not exist");
    Path file = Files.writeString(folder.resolve("some.txt"), "x");
    refused(() -> Checkpoint.open(file)).contains("some.txt is a file");
  }

  @Test
  void folderThatIsNoCheckpointSaysWhatWasLookedFor() throws IOException {
    refused(() -> Checkpoint.open(folder))
        .contains("is no checkpoint: looked for config.json, model.safetensors, ");
    TinyCheckpoints.write(folder, TinyCheckpoints.llama());
    Files.delete(folder.resolve("config.json"));
    refused(() -> Checkpoint.open(folder)).contains("no config.json");
  }

  @Test
  void pickledWeightsAreRefusedWithTheConversion() throws IOException {
    Files.writeString(folder.resolve("config.json"), "{}");
    Files.writeString(folder.resolve("pytorch_model-00001-of-00002.bin"), "x");
    refused(() -> Checkpoint.open(folder))
        .contains("a pickle, which can run any code")
        .contains("save_pretrained('" + folder + "', safe_serialization=True)");
  }

  @Test
  void missingShardsAreNamed() throws IOException {
    TinyCheckpoints.write(folder, TinyCheckpoints.llama().withShards(9));
    Files.delete(folder.resolve("model-00002-of-00009.safetensors"));
    refused(() -> Checkpoint.open(folder))
        .contains("names 9 shards, of which model-00002-of-00009.safetensors is not there");
    for (int i = 3; i <= 8; i++) {
      Files.delete(folder.resolve("model-0000" + i + "-of-00009.safetensors"));
    }
    refused(() -> Checkpoint.open(folder)).contains("model-00006-of-00009.safetensors and 2 more");
  }

  @Test
  void shardOutsideTheFolderIsRefused() throws IOException {
    TinyCheckpoints.write(folder, TinyCheckpoints.llama().withShards(2));
    Path index = folder.resolve("model.safetensors.index.json");
    String text = Files.readString(index);
    for (String name : List.of("../m.safetensors", "/etc/passwd", "a\\\\b", "..", "", "a/b")) {
      Files.writeString(index, text.replace("model-00001-of-00002.safetensors", name));
      refused(() -> Checkpoint.open(folder)).contains("is no plain file name");
    }
    Files.writeString(index, "{\"weight_map\": {\"x\": 3}}");
    refused(() -> Checkpoint.open(folder)).contains("is no plain file name");
    Files.writeString(index, "{\"weight_map\": []}");
    refused(() -> Checkpoint.open(folder)).contains("weight_map is missing or empty");
    Files.writeString(index, "{\"weight_map\": ");
    refused(() -> Checkpoint.open(folder)).contains("index.json is not valid JSON");
  }

  @Test
  void missingTensorsAreNamedUpToFive() throws IOException {
    rewrite(TinyCheckpoints.llama(), tensors -> tensors.removeIf(t -> t.name().contains("q_proj")));
    refused(() -> Checkpoint.open(folder))
        .contains("missing tensors model.layers.0.self_attn.q_proj.weight, ")
        .contains("model.layers.2.self_attn.q_proj.weight, which config.json asks for");
    rewrite(TinyCheckpoints.llama(), tensors -> tensors.removeIf(t -> t.name().contains("layers")));
    refused(() -> Checkpoint.open(folder)).contains(" and 22 more, which config.json asks for");
    rewrite(TinyCheckpoints.llama(), List::clear);
    refused(() -> Checkpoint.open(folder)).contains("no tensors of a usable type");
  }

  @Test
  void shapeAgainstTheConfigNamesBothAndTheKeys() throws IOException {
    TinySpec spec = TinyCheckpoints.llama();
    TinyCheckpoints.write(folder, spec);
    ObjectNode config = TinyCheckpoints.config(spec).put("intermediate_size", 50);
    Files.writeString(folder.resolve("config.json"), config.toString());
    refused(() -> Checkpoint.open(folder))
        .contains("model.layers.0.mlp.gate_proj.weight is [48, 32]")
        .contains("config.json asks for [50, 32] (intermediate_size, hidden_size)");
  }

  @Test
  void tensorInTwoShardsIsRefused() throws IOException {
    TinyCheckpoints.write(folder, TinyCheckpoints.llama().withShards(2));
    Files.copy(
        folder.resolve("model-00001-of-00002.safetensors"), folder.resolve("copy.safetensors"));
    Path index = folder.resolve("model.safetensors.index.json");
    String text = Files.readString(index);
    Files.writeString(
        index, text.replace("\"weight_map\" : {", "\"weight_map\":{\"z\":\"copy.safetensors\","));
    refused(() -> Checkpoint.open(folder))
        .contains("tensor 'model.embed_tokens.weight' is in ")
        .contains("copy.safetensors and in model-00001-of-00002.safetensors");
  }

  @Test
  void tensorBeyondTwoGibibytesIsReadAtItsEnd() throws IOException {
    int vocabulary = 1 << 23;
    int hidden = 96;
    TinySpec spec =
        new TinySpec(
            "llama", 1, hidden, 2, 2, 48, 16, vocabulary, true, false, Dtype.FLOAT32, 1, 5);
    Files.writeString(folder.resolve("config.json"), TinyCheckpoints.config(spec).toString());
    long bytes = 4L * vocabulary * hidden;
    sparse(spec, bytes);
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      TensorInfo embedding = checkpoint.tensor("model.embed_tokens.weight");
      assertThat(embedding.bytes()).isEqualTo(bytes).isGreaterThan(2L << 30);
      assertThat(checkpoint.data(embedding).get(FLOAT, bytes - 4)).isEqualTo(42f);
      assertThat(checkpoint.data(embedding).byteSize()).isEqualTo(bytes);
    }
  }

  /** A file whose embedding is a hole but for its last value, 42. */
  private void sparse(TinySpec spec, long bytes) throws IOException {
    WeightLayout layout =
        new WeightLayout(
            new ConfigReader(TinyCheckpoints.config(spec), "config.json").read(Dtype.FLOAT32));
    StringBuilder header = new StringBuilder("{");
    long at = bytes;
    for (WeightLayout.Slot slot : layout.all().toList()) {
      boolean embedding = slot.tensor().equals("model.embed_tokens.weight");
      if (slot.role() == WeightLayout.WeightRole.HEAD) {
        continue;
      }
      long begin = embedding ? 0 : at;
      at += embedding ? 0 : 4 * slot.elements();
      header.append(
          "\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]},"
              .formatted(slot.tensor(), slot.shape(), begin, begin + 4 * slot.elements()));
    }
    header.setCharAt(header.length() - 1, '}');
    byte[] start = SafetensorsFile.bytes(header.toString(), new byte[0]);
    try (var file = new RandomAccessFile(folder.resolve("model.safetensors").toFile(), "rw")) {
      file.write(start);
      file.setLength(start.length + at);
      file.seek(start.length + bytes - 4);
      file.writeInt(Integer.reverseBytes(Float.floatToIntBits(42f)));
    }
  }

  @Test
  void configThatIsNoJsonIsNamed() throws IOException {
    TinyCheckpoints.write(folder, TinyCheckpoints.llama());
    Path config = folder.resolve("config.json");
    for (String text : List.of("", "[]", "3", "{\"a\":1,\"a\":2}", "{} {}", "{\"a\"", "\u0000")) {
      Files.writeString(config, text);
      refused(() -> Checkpoint.open(folder)).contains("config.json");
    }
    Files.writeString(config, "{} {}");
    refused(() -> Checkpoint.open(folder)).contains("config.json has text after its JSON");
    Files.write(config, " ".repeat(5 << 20).getBytes(StandardCharsets.UTF_8));
    refused(() -> Checkpoint.open(folder)).contains("config.json is 5242880 bytes");
  }

  private void rewrite(TinySpec spec, Consumer<List<Tensor>> change) throws IOException {
    TinyCheckpoints.write(folder, spec);
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      List<Tensor> tensors = new ArrayList<>(TinyCheckpoints.tensors(checkpoint.layout(), spec));
      change.accept(tensors);
      TinyCheckpoints.writeWeights(folder, tensors, 1);
    }
  }

  private static AbstractStringAssert<?> refused(ThrowingCallable call) {
    Throwable thrown = catchThrowable(call);
    assertThat(thrown).isInstanceOf(PrerequisiteException.class);
    return assertThat(thrown.getMessage()).as("the message is one line").doesNotContain("\n");
  }
}
