package dev.sluice.harness.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.harness.model.Dtype;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The header's bytes against the format's description, and files that are damaged. */
class GgufFileTest {
  @TempDir private Path folder;

  @Test
  void headerIsWhatTheFormatSaysByteForByte() {
    byte[] header =
        GgufHeader.of(
            Map.of("a", new GgufValue.Whole(7)),
            List.of(new GgufTensor("t", Dtype.FLOAT16, List.of(2L, 3L), 0)));
    String expected =
        "47475546" // GGUF
            + "03000000" // version
            + "0100000000000000" // tensors
            + "0100000000000000" // keys
            + "010000000000000061" // "a"
            + "0400000007000000" // uint32 7
            + "010000000000000074" // "t"
            + "02000000" // axes
            + "03000000000000000200000000000000" // the innermost first
            + "01000000" // F16
            + "0000000000000000"; // offset
    assertThat(HexFormat.of().formatHex(header)).startsWith(expected);
    assertThat(header).hasSize(96);
    assertThat(Arrays.copyOfRange(header, expected.length() / 2, 96)).containsOnly((byte) 0);
  }

  @Test
  void listsHaveTheirTypeAndLength() {
    byte[] header = GgufHeader.of(Map.of("k", new GgufValue.Texts(List.of("é"))), List.of());
    assertThat(HexFormat.of().formatHex(header))
        .contains(
            "6b" + "09000000" + "08000000" + "0100000000000000" + "0200000000000000" + "c3a9");
  }

  @Test
  void whatWasWrittenIsReadBack() throws IOException {
    Map<String, GgufValue> metadata = new LinkedHashMap<>();
    metadata.put("text", new GgufValue.Text("Ġ\n"));
    metadata.put("whole", new GgufValue.Whole(2_000_000_000));
    metadata.put("real", new GgufValue.Real(0.5));
    metadata.put("flag", new GgufValue.Flag(true));
    metadata.put("texts", new GgufValue.Texts(List.of("a", "", "b c")));
    metadata.put("wholes", new GgufValue.Wholes(List.of(1, -1, 0)));
    metadata.put("reals", new GgufValue.Reals(List.of(-1.5f)));
    GgufTensor one = new GgufTensor("one", Dtype.FLOAT32, List.of(2L), 0);
    GgufTensor two = new GgufTensor("two", Dtype.BFLOAT16, List.of(1L, 3L), 32);
    Path file = write(GgufHeader.of(metadata, List.of(one, two)), 32 + 6);
    try (GgufFile gguf = GgufFile.open(file)) {
      assertThat(gguf.metadata()).containsExactlyEntriesOf(metadata);
      assertThat(gguf.tensors().values()).containsExactly(one, two);
      assertThat(gguf.data(two).toArray(ValueLayout.JAVA_BYTE))
          .containsExactly(32, 33, 34, 35, 36, 37);
      assertThat(gguf.text("text")).contains("Ġ\n");
      assertThat(gguf.text("flag")).isEmpty();
    }
  }

  @Test
  void fileThatEndsWithinItsDataIsRefused() throws IOException {
    GgufTensor tensor = new GgufTensor("blk.0.ffn_up.weight", Dtype.FLOAT32, List.of(8L, 8L), 0);
    Path file = write(GgufHeader.of(Map.of(), List.of(tensor)), 255);
    assertThatThrownBy(() -> GgufFile.open(file).close())
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("blk.0.ffn_up.weight")
        .hasMessageContaining("cut short");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10, 23, 24, 40, 70, 95})
  void fileThatEndsWithinItsHeaderIsRefused(int length) throws IOException {
    GgufTensor tensor = new GgufTensor("t", Dtype.FLOAT32, List.of(1L), 0);
    byte[] header = GgufHeader.of(Map.of("key", new GgufValue.Text("value")), List.of(tensor));
    Path file = write(Arrays.copyOf(header, length), 0);
    assertThatThrownBy(() -> GgufFile.open(file).close())
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void countsThatTheFileCannotHoldAreRefusedAtOnce() throws IOException {
    ByteBuffer lies = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    lies.put("GGUF".getBytes(StandardCharsets.US_ASCII)).putInt(3).putLong(0).putLong(1L << 60);
    Path file = write(lies.array(), 0);
    assertThatThrownBy(() -> GgufFile.open(file).close())
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("1152921504606846976");
  }

  @Test
  void otherFilesAndVersionsAreNamed() throws IOException {
    Path other = write("PK and more than twenty-four bytes".getBytes(StandardCharsets.UTF_8), 0);
    assertThatThrownBy(() -> GgufFile.open(other).close()).hasMessageContaining("no GGUF file");
    byte[] header = GgufHeader.of(Map.of(), List.of());
    header[4] = 2;
    Path old = write(header, 0);
    assertThatThrownBy(() -> GgufFile.open(old).close()).hasMessageContaining("version 2");
  }

  /** A header and so many bytes of data, which count up from 0. */
  private Path write(byte[] header, int data) throws IOException {
    byte[] all = Arrays.copyOf(header, header.length + data);
    for (int i = 0; i < data; i++) {
      all[header.length + i] = (byte) i;
    }
    return Files.write(Files.createTempFile(folder, "file", ".gguf"), all);
  }
}
