package dev.sluice.harness.export.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.harness.export.Export;
import dev.sluice.harness.masks.CutList;
import dev.sluice.harness.masks.CutList.Origin;
import dev.sluice.harness.masks.MaskFile;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MasksExporterTest {
  @TempDir private Path folder;
  private Path model = Path.of("");
  private final MasksExporter exporter = new MasksExporter();

  @BeforeEach
  void write() {
    model = TinyCheckpoints.write(folder.resolve("m"), TinyCheckpoints.llama());
  }

  @Test
  void theOrderIsKeptAndReadBack() throws IOException {
    CutList cuts =
        new CutList(
                Stream.of("2.ffn", "0.attention", "1.block").map(Candidate::parse).toList(),
                true,
                List.of(0.1, 0.2, 0.4),
                Origin.UNKNOWN.foundBy("finercut", Optional.of("ag")))
            .ofModel("org/name", "cd".repeat(32));
    try (Checkpoint checkpoint = Checkpoint.open(model)) {
      Export export = new Export(checkpoint, cuts.variant(), "x", Optional.empty(), 1 << 30, cuts);
      assertThat(exporter.obstacle(export)).isEmpty();
      assertThat(exporter.write(export, folder).getFirst()).contains("any first ones");
      Path file = folder.resolve("masks.json");
      assertThat(exporter.bytes(export)).isEqualTo(Files.size(file));
      CutList read = MaskFile.read(file, 3);
      assertThat(read.cuts()).isEqualTo(cuts.cuts());
      assertThat(read.scores()).isEqualTo(cuts.scores());
      assertThat(read.origin().strategy()).contains("finercut");
      assertThat(read.origin().weights()).contains("cd".repeat(32));
    }
  }

  @Test
  void aVariantWithoutAnOrderIsWrittenAsASet() throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(model)) {
      Variant variant = Variant.parse("2.ffn,0.attention");
      Export export = new Export(checkpoint, variant, "x", Optional.empty(), 1 << 30);
      assertThat(exporter.write(export, folder).getFirst())
          .contains("order of the cuts is not known");
      CutList read = MaskFile.read(folder.resolve("masks.json"), 3);
      assertThat(read.ordered()).isFalse();
      assertThat(read.variant()).isEqualTo(variant);
    }
  }

  @Test
  void theIntactModelHasNoList() {
    try (Checkpoint checkpoint = Checkpoint.open(model)) {
      Export export = new Export(checkpoint, Variant.intact(), "intact", Optional.empty(), 1 << 30);
      assertThat(exporter.obstacle(export).orElseThrow()).contains("cuts nothing");
    }
  }
}
