package dev.sluice.harness.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.harness.engine.Logits;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.export.Exports;
import dev.sluice.harness.export.gguf.GgufExporter;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.harness.model.TinyCheckpoints.TinySpec;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes out of a GGUF file computes what went in. */
class UnpackedGgufTest {
  private static final TokenBatch BATCH =
      new TokenBatch(0, List.of(new Random(4).ints(20, 0, 60).toArray()));

  @TempDir private Path folder;

  private static float[][] logits(Path model, Variant variant) {
    return Logits.of(model, variant, BATCH);
  }

  private Path write(Path model, Variant variant) throws IOException {
    Path out = Files.createDirectory(folder.resolve("out"));
    try (Checkpoint checkpoint = Checkpoint.open(model)) {
      new GgufExporter().write(Exports.of(checkpoint, variant), out);
    }
    return out.resolve("model.gguf");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "intact",
        "0.attention",
        "0.ffn",
        "0.attention,0.ffn",
        "2.attention,2.ffn",
        "0.ffn,1.attention",
        "0.attention,1.attention,2.attention",
        "0.ffn,1.ffn,2.ffn",
        "1.attention,2.ffn"
      })
  void everyCutComesBackBitForBit(String cut) throws IOException {
    TinySpec spec = TinyCheckpoints.llama().withBlocks(3).withTied(false).withBiases(true);
    Path model = TinyCheckpoints.write(folder.resolve("model"), spec);
    Variant variant = Variant.parse(cut);
    try (UnpackedGguf unpacked = UnpackedGguf.of(write(model, variant))) {
      assertThat(logits(unpacked.folder(), Variant.intact())).isDeepEqualTo(logits(model, variant));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-rope-llama3", "llama-rope-linear"})
  void stretchedPositionsComeBack(String name) throws IOException, URISyntaxException {
    Path model =
        Path.of(
            Objects.requireNonNull(UnpackedGgufTest.class.getResource("/golden/" + name)).toURI());
    Variant variant = Variant.parse("1.attention");
    float[][] expected = logits(model, variant);
    try (UnpackedGguf unpacked = UnpackedGguf.of(write(model, variant))) {
      float[][] actual = logits(unpacked.folder(), Variant.intact());
      for (int t = 0; t < expected.length; t++) {
        assertThat(actual[t])
            .containsExactly(expected[t], org.assertj.core.data.Offset.offset(1e-5f));
      }
    }
  }

  @Test
  void nothingIsLeftBehind() throws IOException {
    Path model = TinyCheckpoints.write(folder.resolve("model"), TinyCheckpoints.qwen2());
    UnpackedGguf unpacked = UnpackedGguf.of(write(model, Variant.intact()));
    assertThat(unpacked.folder()).isDirectoryContaining("glob:**/model.safetensors");
    unpacked.close();
    assertThat(unpacked.folder()).doesNotExist();
  }

  @Test
  void damagedFileIsRefused() throws IOException {
    Path file = Files.write(folder.resolve("x.gguf"), new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
    assertThatThrownBy(() -> UnpackedGguf.of(file).close())
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("x.gguf");
  }
}
