package dev.sluice.harness.export.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.harness.export.Export;
import dev.sluice.harness.export.Exports;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.SafetensorsFile;
import dev.sluice.harness.model.TensorInfo;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.harness.model.TinyCheckpoints.TinySpec;
import dev.sluice.harness.model.WeightLayout;
import dev.sluice.harness.model.WeightsDigest;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SafetensorsWriterTest {
  private static final TinySpec SPEC = TinyCheckpoints.llama();

  @TempDir Path folder;

  @Test
  void intactModelComesOutAsItWasWithPaddedHeaderAndFormat() throws IOException {
    Path out = export(0, SPEC, Dtype.FLOAT32);
    byte[] file = Files.readAllBytes(out.resolve("model.safetensors"));
    long length = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    assertThat(length % 8).isZero();
    String header = new String(file, 8, (int) length, StandardCharsets.UTF_8);
    assertThat(header).startsWith("{").matches("(?s).*} *");
    assertThat(new ObjectMapper().readTree(header).at("/__metadata__/format").asText())
        .isEqualTo("pt");
    assertThat(file)
        .as("the reference writer's file")
        .isEqualTo(Files.readAllBytes(folder.resolve("model/model.safetensors")));
  }

  @Test
  void shardsHoldEachTensorOnceWithinTheirSizeAndTheIndexSaysWhere() throws IOException {
    long most = 20_000;
    Path out = export(most, SPEC, Dtype.FLOAT32);
    JsonNode index =
        new ObjectMapper().readTree(out.resolve("model.safetensors.index.json").toFile());
    assertThat(out.resolve("model.safetensors")).doesNotExist();
    try (Checkpoint source = Checkpoint.open(folder.resolve("model"));
        Checkpoint written = Checkpoint.open(out)) {
      assertThat(written.tensors().keySet()).isEqualTo(source.tensors().keySet());
      assertThat(WeightsDigest.compute(written)).isEqualTo(WeightsDigest.compute(source));
      int shards = written.shards().size();
      assertThat(shards).isGreaterThan(2);
      assertThat(index.at("/metadata/total_size").asLong())
          .isEqualTo(source.tensors().values().stream().mapToLong(TensorInfo::bytes).sum());
      for (int i = 0; i < shards; i++) {
        int shard = i;
        String name = "model-%05d-of-%05d.safetensors".formatted(i + 1, shards);
        List<TensorInfo> held =
            written.tensors().values().stream().filter(t -> t.file() == shard).toList();
        assertThat(held)
            .isNotEmpty()
            .allSatisfy(
                t -> assertThat(index.get("weight_map").get(t.name()).asText()).isEqualTo(name));
        assertThat(held.stream().mapToLong(TensorInfo::bytes).sum())
            .as("a larger tensor has a shard of its own")
            .satisfiesAnyOf(
                sum -> assertThat(sum).isLessThanOrEqualTo(most),
                sum -> assertThat(held).hasSize(1));
      }
      assertThat(new TreeSet<>(written.shards())).hasSize(shards);
    }
  }

  @ParameterizedTest
  @EnumSource(Dtype.class)
  void convertedModelEqualsOneThatWasSavedInThatType(Dtype dtype) throws IOException {
    Path converted = export(0, SPEC, dtype);
    Path saved = TinyCheckpoints.write(folder.resolve("saved"), SPEC.withDtype(dtype));
    try (Checkpoint a = Checkpoint.open(converted);
        Checkpoint b = Checkpoint.open(saved)) {
      assertThat(a.config()).isEqualTo(b.config());
      assertThat(WeightsDigest.compute(a)).isEqualTo(WeightsDigest.compute(b));
    }
  }

  @Test
  void wideningIsExact() throws IOException {
    TinySpec half = SPEC.withDtype(Dtype.FLOAT16);
    Path wide = export(0, half, Dtype.FLOAT32);
    try (Checkpoint checkpoint = Checkpoint.open(wide)) {
      Path back = Files.createDirectory(folder.resolve("back"));
      new ZeroedExporter().write(Exports.as(Dtype.FLOAT16, checkpoint, Variant.intact()), back);
      try (Checkpoint a = Checkpoint.open(back);
          Checkpoint b = Checkpoint.open(folder.resolve("model"))) {
        assertThat(WeightsDigest.compute(a)).isEqualTo(WeightsDigest.compute(b));
      }
    }
  }

  @Test
  void valueBeyondFloat16IsRefusedByNameAndPlace() throws IOException {
    TinyCheckpoints.write(folder.resolve("model"), SPEC);
    try (Checkpoint checkpoint = Checkpoint.open(folder.resolve("model"))) {
      List<SafetensorsFile.Tensor> tensors =
          new ArrayList<>(TinyCheckpoints.tensors(new WeightLayout(checkpoint.config()), SPEC));
      ByteBuffer.wrap(tensors.getLast().data())
          .order(ByteOrder.LITTLE_ENDIAN)
          .putFloat(4 * 7, 70_000f);
      TinyCheckpoints.writeWeights(folder.resolve("model"), tensors, 1);
    }
    Path out = Files.createDirectory(folder.resolve("half"));
    try (Checkpoint checkpoint = Checkpoint.open(folder.resolve("model"))) {
      assertThatThrownBy(() ->
              new ZeroedExporter()
                  .write(Exports.as(Dtype.FLOAT16, checkpoint, Variant.intact()), out))
          .isInstanceOf(PrerequisiteException.class)
          .hasMessageContainingAll(
              "mlp.down_proj.weight", "70000.0", "element 7", "65504", "bfloat16");
    }
  }

  private Path export(long most, TinySpec spec, Dtype dtype) throws IOException {
    Path model = TinyCheckpoints.write(folder.resolve("model"), spec);
    Path out = Files.createDirectory(folder.resolve("out"));
    try (Checkpoint checkpoint = Checkpoint.open(model)) {
      Export export =
          most > 0
              ? Exports.inShards(most, checkpoint, Variant.intact())
              : dtype == spec.dtype()
                  ? Exports.of(checkpoint, Variant.intact())
                  : Exports.as(dtype, checkpoint, Variant.intact());
      new ZeroedExporter().write(export, out);
    }
    return out;
  }
}
