package dev.sluice.harness.export.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.export.Export;
import dev.sluice.harness.gguf.GgufFile;
import dev.sluice.harness.gguf.GgufTensor;
import dev.sluice.harness.gguf.GgufValue;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.SafetensorsFile;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.harness.model.TinyCheckpoints.TinySpec;
import dev.sluice.harness.model.WeightLayout.Slot;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the files hold: every kept number, and none of what is cut. */
class GgufExporterTest {
  private static final GgufExporter EXPORTER = new GgufExporter();

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(Dtype.class)
  void everyKeptNumberIsThereAndComesBackUnchanged(Dtype dtype) throws IOException {
    TinySpec spec = TinyCheckpoints.llama().withBiases(true).withTied(false).withDtype(dtype);
    Variant variant = Variant.parse("0.attention,1.ffn,2.attention");
    try (Checkpoint checkpoint = open(spec);
        GgufFile file = write(export(checkpoint, variant))) {
      assertThat(numbers(file, "attention_from")).containsExactly(-1, 1);
      assertThat(numbers(file, "ffn_from")).containsExactly(0, 2);
      requireEqual(checkpoint, Sublayer.parse("1.attention"), file, "blk.1.");
      requireEqual(checkpoint, Sublayer.parse("0.ffn"), file, "blk.0.");
      requireEqual(checkpoint, Sublayer.parse("2.ffn"), file, "blk.1.");
      for (String outside : List.of("token_embd", "output_norm", "output")) {
        assertThat(file.tensors()).containsKey(outside + ".weight");
      }
      assertThat(file.tensors().keySet().stream().filter(name -> name.startsWith("blk.0.attn_k")))
          .as("the one head of zeros that the first block keeps")
          .hasSize(1);
    }
  }

  private static void requireEqual(
      Checkpoint checkpoint, Sublayer sublayer, GgufFile file, String prefix) {
    for (Slot slot : checkpoint.layout().of(sublayer)) {
      String name = prefix + name(slot, sublayer);
      GgufTensor written = tensor(file, name);
      assertThat(written.shape()).as(name).isEqualTo(slot.shape());
      assertThat(written.dtype())
          .as(name)
          .isEqualTo(slot.shape().size() == 1 ? Dtype.FLOAT32 : checkpoint.config().storedDtype());
      List<Float> back = floats(file.data(written), written.dtype());
      if (name.contains("attn_q") || name.contains("attn_k")) {
        back = unturned(back, slot.shape(), checkpoint.config().attention().headSize());
      }
      var stored = checkpoint.tensor(slot.tensor());
      assertThat(back).as(name).isEqualTo(floats(checkpoint.data(stored), stored.dtype()));
    }
  }

  private static String name(Slot slot, Sublayer sublayer) {
    String ending = slot.role().name().endsWith("BIAS") ? ".bias" : ".weight";
    String stem =
        switch (slot.role()) {
          case NORM -> sublayer.toString().endsWith("ffn") ? "ffn_norm" : "attn_norm";
          case QUERY, QUERY_BIAS -> "attn_q";
          case KEY, KEY_BIAS -> "attn_k";
          case VALUE, VALUE_BIAS -> "attn_v";
          case OUTPUT, OUTPUT_BIAS -> "attn_output";
          case GATE, GATE_BIAS -> "ffn_gate";
          case UP, UP_BIAS -> "ffn_up";
          default -> "ffn_down";
        };
    return stem + ending;
  }

  /** Neighbours of a head back to i and i + half; written from the other side than the exporter. */
  private static List<Float> unturned(List<Float> numbers, List<Long> shape, int head) {
    int width = shape.size() == 1 ? 1 : shape.getLast().intValue();
    List<Float> back = new ArrayList<>(numbers);
    for (int row = 0; row < shape.getFirst(); row++) {
      int pair = row % head / 2;
      int target = row - row % head + (row % 2 == 0 ? pair : pair + head / 2);
      for (int i = 0; i < width; i++) {
        back.set(target * width + i, numbers.get(row * width + i));
      }
    }
    return back;
  }

  private static List<Float> floats(MemorySegment data, Dtype dtype) {
    ByteBuffer bytes =
        ByteBuffer.wrap(data.toArray(ValueLayout.JAVA_BYTE)).order(ByteOrder.LITTLE_ENDIAN);
    List<Float> floats = new ArrayList<>();
    while (bytes.hasRemaining()) {
      floats.add(
          switch (dtype) {
            case FLOAT32 -> bytes.getFloat();
            case FLOAT16 -> Float.float16ToFloat(bytes.getShort());
            case BFLOAT16 -> Float.intBitsToFloat(bytes.getShort() << 16);
          });
    }
    return floats;
  }

  @Test
  void sizeIsKnownBeforehand() throws IOException {
    try (Checkpoint checkpoint = open(TinyCheckpoints.llama().withTied(false))) {
      for (String variant : List.of("intact", "0.attention,2.ffn", "1.attention,1.ffn")) {
        Export export = export(checkpoint, Variant.parse(variant));
        Path target = Files.createTempDirectory(folder, "size");
        EXPORTER.write(export, target);
        assertThat(EXPORTER.bytes(export))
            .as(variant)
            .isEqualTo(Files.size(target.resolve(GgufExporter.FILE)));
      }
    }
  }

  @Test
  void wholeBlocksAreRenumberedAndNeedNoSpecialArchitecture() throws IOException {
    try (Checkpoint checkpoint = open(TinyCheckpoints.llama());
        GgufFile file = write(export(checkpoint, Variant.parse("1.attention,1.ffn")))) {
      assertThat(file.text("general.architecture")).contains("llama");
      assertThat(file.metadata().get("llama.block_count")).isEqualTo(new GgufValue.Whole(2));
      assertThat(file.metadata().get("llama.attention.head_count"))
          .isEqualTo(new GgufValue.Whole(4));
      assertThat(numbers(file, "attention_from")).containsExactly(0, 2);
      assertThat(file.tensors())
          .containsKey("blk.1.attn_q.weight")
          .doesNotContainKeys("blk.2.attn_q.weight", "output.weight");
      assertThat(file.text("sluice.variant")).contains("1.attention,1.ffn");
    }
  }

  @Test
  void attentionAndTheNextKeptFfnShareABlock() throws IOException {
    try (Checkpoint checkpoint = open(TinyCheckpoints.llama());
        GgufFile file = write(export(checkpoint, Variant.parse("0.ffn,1.attention")))) {
      assertThat(file.text("general.architecture")).contains("llama");
      assertThat(numbers(file, "attention_from")).containsExactly(0, 2);
      assertThat(numbers(file, "ffn_from")).containsExactly(1, 2);
    }
  }

  @Test
  void modelWithNothingLeftIsStillAFile() throws IOException {
    String all = "0.attention,0.ffn,1.attention,1.ffn,2.attention,2.ffn";
    try (Checkpoint checkpoint = open(TinyCheckpoints.llama());
        GgufFile file = write(export(checkpoint, Variant.parse(all)))) {
      assertThat(file.metadata().get("deci.block_count")).isEqualTo(new GgufValue.Whole(1));
      assertThat(floats(file.data(tensor(file, "blk.0.ffn_down.weight")), Dtype.FLOAT32))
          .containsOnly(0f);
    }
  }

  @Test
  void windowBecomesTheContext() throws IOException {
    try (Checkpoint checkpoint = open(TinyCheckpoints.mistral())) {
      Path target = Files.createTempDirectory(folder, "window");
      List<String> notes = EXPORTER.write(export(checkpoint, Variant.intact()), target);
      assertThat(notes).anyMatch(note -> note.contains("12 tokens"));
      try (GgufFile file = GgufFile.open(target.resolve(GgufExporter.FILE))) {
        assertThat(file.metadata().get("llama.context_length")).isEqualTo(new GgufValue.Whole(12));
      }
    }
  }

  @Test
  void weightTooLargeForTheTypeIsNamed() throws IOException {
    Path model = TinyCheckpoints.write(folder.resolve("large"), TinyCheckpoints.llama());
    List<SafetensorsFile.Tensor> tensors = new ArrayList<>();
    try (Checkpoint checkpoint = Checkpoint.open(model)) {
      checkpoint
          .tensors()
          .values()
          .forEach(tensor -> {
            ByteBuffer data =
                ByteBuffer.wrap(checkpoint.data(tensor).toArray(ValueLayout.JAVA_BYTE))
                    .order(ByteOrder.LITTLE_ENDIAN);
            if (tensor.name().endsWith("1.mlp.up_proj.weight")) {
              data.putFloat(40, 70_000);
            }
            tensors.add(
                new SafetensorsFile.Tensor(tensor.name(), "F32", tensor.shape(), data.array()));
          });
    }
    TinyCheckpoints.writeWeights(model, tensors, 1);
    try (Checkpoint checkpoint = Checkpoint.open(model)) {
      Export half =
          new Export(checkpoint, Variant.intact(), "x", Optional.of(Dtype.FLOAT16), Long.MAX_VALUE);
      Path target = Files.createTempDirectory(folder, "half");
      assertThatThrownBy(() -> EXPORTER.write(half, target))
          .isInstanceOf(PrerequisiteException.class)
          .hasMessageContaining("model.layers.1.mlp.up_proj.weight")
          .hasMessageContaining("float32");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gemma: norms other than plain",
        "gemma2: norms other than plain",
        "gpt2: norms other than plain",
        "gpt_neox: side by side",
        "mixtral: has experts",
        "olmo2: norms behind",
        "opt: norms other than plain",
        "qwen3: norms its queries",
        "qwen3_moe: norms its queries",
      })
  void familyThatCannotBeExpressedIsNamedWithTheReason(String row) {
    String[] cells = row.split(": ", 2);
    try (Checkpoint checkpoint = open(TinyCheckpoints.of(cells[0]))) {
      assertThat(EXPORTER.obstacle(export(checkpoint, Variant.intact())))
          .hasValueSatisfying(
              reason -> assertThat(reason).contains("family " + cells[0]).contains(cells[1]));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dynamic", "longrope"})
  void positionsThatCannotBeExpressedAreNamed(String type) throws IOException {
    Path model = TinyCheckpoints.write(folder.resolve(type), TinyCheckpoints.llama());
    ObjectNode config = TinyCheckpoints.config(TinyCheckpoints.llama());
    ObjectNode scaling = config.putObject("rope_scaling").put("rope_type", type).put("factor", 2.0);
    scaling.put("original_max_position_embeddings", 64);
    List.of("short_factor", "long_factor")
        .forEach(key -> scaling.putArray(key).add(1.0).add(1.0).add(2.0).add(2.0));
    Files.writeString(model.resolve("config.json"), config.toString());
    try (Checkpoint checkpoint = Checkpoint.open(model)) {
      assertThat(EXPORTER.obstacle(export(checkpoint, Variant.intact())))
          .hasValueSatisfying(reason -> assertThat(reason).contains("positions"));
    }
  }

  private static List<Integer> numbers(GgufFile file, String key) {
    GgufValue value = Objects.requireNonNull(file.metadata().get("sluice." + key), key);
    return ((GgufValue.Wholes) value).values();
  }

  private static GgufTensor tensor(GgufFile file, String name) {
    return Objects.requireNonNull(file.tensors().get(name), name);
  }

  private Checkpoint open(TinySpec spec) {
    return Checkpoint.open(TinyCheckpoints.write(folder.resolve("model-" + spec.family()), spec));
  }

  private static Export export(Checkpoint checkpoint, Variant variant) {
    return new Export(checkpoint, variant, "test", Optional.empty(), Long.MAX_VALUE);
  }

  private GgufFile write(Export export) throws IOException {
    Path target = Files.createTempDirectory(folder, "export");
    EXPORTER.write(export, target);
    return GgufFile.open(target.resolve(GgufExporter.FILE));
  }
}
