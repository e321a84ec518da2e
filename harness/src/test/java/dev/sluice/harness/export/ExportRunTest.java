package dev.sluice.harness.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.harness.export.ExportRun.Origin;
import dev.sluice.harness.export.ExportRun.Target;
import dev.sluice.harness.export.checkpoint.DeciExporter;
import dev.sluice.harness.export.checkpoint.ZeroedExporter;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.harness.model.WeightsDigest;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportRunTest {
  private static final Origin ORIGIN =
      new Origin("tiny", "ab".repeat(32), "1.2.3", Instant.parse("2026-01-02T03:04:05Z"));

  private static final Exporters FORMATS =
      new Exporters(
          Map.of(
              ExportFormat.HF_ZEROED, new ZeroedExporter(),
              ExportFormat.HF_DECI, new DeciExporter()));

  @TempDir Path folder;
  private Path out = Path.of("");
  private Checkpoint checkpoint;
  private Export export;

  @BeforeEach
  void open() {
    out = folder.resolve("out");
    checkpoint =
        Checkpoint.open(TinyCheckpoints.write(folder.resolve("model"), TinyCheckpoints.llama()));
    export = Exports.of(checkpoint, Variant.parse("0.ffn,2.attention,2.ffn"));
  }

  @AfterEach
  void close() {
    checkpoint.close();
  }

  /** An exporter that writes half of a file and fails. */
  private record Failing(LongSupplier bytes) implements Exporter {
    @Override
    public Optional<String> obstacle(Export e) {
      return Optional.empty();
    }

    @Override
    public long bytes(Export e) {
      return bytes.getAsLong();
    }

    @Override
    public List<String> write(Export e, Path to) throws IOException {
      Files.writeString(to.resolve("model.safetensors"), "half");
      throw new IOException("No space left on device");
    }
  }

  @Test
  void recordSaysWhatItWasMadeOfAndTheDigestThatOpeningItGives() throws IOException {
    ExportRun.Written written =
        new ExportRun(FORMATS, ORIGIN).run(export, ExportFormat.HF_ZEROED, new Target(out, false));
    JsonNode record = new ObjectMapper().readTree(out.resolve("sluice.json").toFile());
    assertThat(record.get("format").asText()).isEqualTo("hf-zeroed");
    assertThat(record.at("/variant/cuts").toString())
        .isEqualTo("[\"0.ffn\",\"2.attention\",\"2.ffn\"]");
    assertThat(record.at("/source/model").asText()).isEqualTo("tiny");
    assertThat(record.at("/source/weightsDigest").asText()).isEqualTo("sha256:" + ORIGIN.weights());
    assertThat(record.get("sluice").asText()).isEqualTo("1.2.3");
    assertThat(record.get("created").asText()).isEqualTo("2026-01-02T03:04:05Z");
    try (Checkpoint again = Checkpoint.open(out)) {
      assertThat(written.digest()).hasValue(WeightsDigest.compute(again));
    }
    assertThat(record.at("/result/weightsDigest").asText())
        .isEqualTo("sha256:" + written.digest().orElseThrow());
    long files = 0;
    for (JsonNode file : record.at("/result/files")) {
      assertThat(out.resolve(file.get("name").asText())).hasSize(file.get("bytes").asLong());
      files += file.get("bytes").asLong();
    }
    assertThat(written.bytes()).isEqualTo(files + Files.size(out.resolve("sluice.json")));
    assertThat(written.bytes())
        .as("what is asked of the disk is enough, and not twice as much")
        .isBetween(
            new ZeroedExporter().bytes(export) / 2, new ZeroedExporter().bytes(export) + (1 << 20));
  }

  @Test
  void twoExportsOfOneVariantHaveOneDigestHoweverTheyAreSharded() {
    ExportRun run = new ExportRun(FORMATS, ORIGIN);
    Export sharded = Exports.inShards(10_000, checkpoint, export.variant());
    assertThat(run.run(export, ExportFormat.HF_ZEROED, new Target(out, false)).digest())
        .isEqualTo(
            run.run(sharded, ExportFormat.HF_ZEROED, new Target(folder.resolve("b"), false))
                .digest());
  }

  @Test
  void fullDiskLeavesNothingAndKeepsTheEarlierExport() throws IOException {
    new ExportRun(FORMATS, ORIGIN).run(export, ExportFormat.HF_ZEROED, new Target(out, false));
    byte[] before = Files.readAllBytes(out.resolve("sluice.json"));
    ExportRun failing =
        new ExportRun(new Exporters(Map.of(ExportFormat.GGUF, new Failing(() -> 1))), ORIGIN);
    assertThatThrownBy(() -> failing.run(export, ExportFormat.GGUF, new Target(out, true)))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContainingAll("No space left on device", "nothing is left", "--out");
    assertThat(out.resolve("sluice.json")).hasBinaryContent(before);
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("model", "out");
  }

  @Test
  void tooLargeAnExportIsRefusedBeforeAnythingIsWritten() {
    ExportRun failing =
        new ExportRun(
            new Exporters(Map.of(ExportFormat.GGUF, new Failing(() -> 1L << 60))), ORIGIN);
    assertThatThrownBy(() -> failing.run(export, ExportFormat.GGUF, new Target(out, false)))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContainingAll("1024", "PiB are needed", "are free");
    assertThat(folder.toFile().list()).containsExactly("model");
  }

  @Test
  void folderOfTheModelIsNoTarget() {
    ExportRun run = new ExportRun(FORMATS, ORIGIN);
    for (Path place : List.of(folder, folder.resolve("model"))) {
      assertThatThrownBy(() -> run.run(export, ExportFormat.HF_ZEROED, new Target(place, true)))
          .isInstanceOf(PrerequisiteException.class)
          .hasMessageContaining("is where the model lies");
    }
  }
}
