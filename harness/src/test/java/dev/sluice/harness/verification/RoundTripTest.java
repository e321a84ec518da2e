package dev.sluice.harness.verification;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.harness.export.Export;
import dev.sluice.harness.export.Exporter;
import dev.sluice.harness.export.Exports;
import dev.sluice.harness.export.checkpoint.DeciExporter;
import dev.sluice.harness.export.checkpoint.ZeroedExporter;
import dev.sluice.harness.export.gguf.GgufExporter;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.harness.model.WeightLayout.Slot;
import dev.sluice.harness.model.WeightLayout.WeightRole;
import dev.sluice.harness.variant.Variant;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a variant keeps lies in every export that can be read back, byte for byte and in its order. */
class RoundTripTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "intact",
        "0.ffn",
        "1.attention,1.ffn,3.attention",
        "0.attention,2.ffn,3.attention,3.ffn",
        "1.ffn,2.attention"
      })
  void keptTensorsHaveOneDigestInEveryForm(String cuts) throws IOException {
    Variant variant = Variant.parse(cuts);
    Path model =
        TinyCheckpoints.write(
            folder.resolve("model"), TinyCheckpoints.llama().withBlocks(4).withBiases(true));
    try (Checkpoint source = Checkpoint.open(model)) {
      Export export = Exports.of(source, variant);
      String expected = digest(source, s -> !variant.isCut(s));
      assertThat(digest(write(new ZeroedExporter(), export))).as("hf-zeroed").isEqualTo(expected);
      assertThat(digest(write(new DeciExporter(), export))).as("hf-deci").isEqualTo(expected);
      Path gguf = write(new GgufExporter(), export).resolve(GgufExporter.FILE);
      try (UnpackedGguf unpacked = UnpackedGguf.of(gguf)) {
        assertThat(digest(unpacked.folder())).as("gguf").isEqualTo(expected);
      }
    }
  }

  private Path write(Exporter exporter, Export export) throws IOException {
    Path out = folder.resolve(exporter.getClass().getSimpleName());
    Files.createDirectory(out);
    exporter.write(export, out);
    return out;
  }

  /** Of all sublayers that are there and add something. */
  private static String digest(Path written) {
    try (Checkpoint checkpoint = Checkpoint.open(written)) {
      return digest(checkpoint, s -> !isZeroed(checkpoint, s));
    }
  }

  private static boolean isZeroed(Checkpoint checkpoint, Sublayer sublayer) {
    return checkpoint.layout().of(sublayer).stream()
        .filter(slot -> slot.role() == WeightRole.OUTPUT || slot.role() == WeightRole.DOWN)
        .allMatch(slot -> bytes(checkpoint, slot).length == countZeros(bytes(checkpoint, slot)));
  }

  private static long countZeros(byte... bytes) {
    long zeros = 0;
    for (byte b : bytes) {
      zeros += b == 0 ? 1 : 0;
    }
    return zeros;
  }

  private static byte[] bytes(Checkpoint checkpoint, Slot slot) {
    return checkpoint.data(checkpoint.tensor(slot.tensor())).toArray(ValueLayout.JAVA_BYTE);
  }

  private static String digest(Checkpoint checkpoint, Predicate<Sublayer> kept) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      add(sha256, checkpoint, checkpoint.layout().outside());
      checkpoint.config().sublayerList().stream()
          .filter(kept)
          .forEach(s -> add(sha256, checkpoint, checkpoint.layout().of(s)));
      return HexFormat.of().formatHex(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static void add(MessageDigest sha256, Checkpoint checkpoint, List<Slot> slots) {
    for (Slot slot : slots) {
      sha256.update((slot.role() + Arrays.toString(slot.shape().toArray())).getBytes(UTF_8));
      sha256.update(bytes(checkpoint, slot));
    }
  }
}
