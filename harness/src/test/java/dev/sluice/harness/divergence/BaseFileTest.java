package dev.sluice.harness.divergence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaseFileTest {
  private static final float[] LOGITS = {1, 3.5f, -20, 0.25f, 3.5f};

  @TempDir private Path folder;

  private static ByteBuffer row(float... logits) {
    ByteBuffer row =
        ByteBuffer.allocate(BaseRow.size(logits.length)).order(ByteOrder.LITTLE_ENDIAN);
    BaseRow.write(logits, row);
    return row.flip();
  }

  /** Of numpy: scale 16 / 65535, least 16 below the largest; an odd vocabulary has a spare cell. */
  @Test
  void rowHasTheBytesOfLlamaCpp() {
    assertThat(HexFormat.of().formatHex(row(LOGITS).array()))
        .isEqualTo("80008039bb0386c1" + "ffd7ffff0000ffcbffff0000");
  }

  @Test
  void whatIsSixteenNatsBelowIsNotToldApart() {
    BaseRow row = new BaseRow(row(LOGITS), LOGITS.length);
    LogSoftmax softmax = LogSoftmax.of(LOGITS);
    for (int token : new int[] {0, 1, 3, 4}) {
      assertThat(row.logProbability(token))
          .isCloseTo(-softmax.nll(LOGITS[token]), within(16f / 65_535));
    }
    assertThat(row.logProbability(2)).isCloseTo(-softmax.nll(3.5f - 16), within(1e-5f));
  }

  @Test
  void equalLogitsHaveOneLevel() {
    BaseRow row = new BaseRow(row(2, 2), 2);
    assertThat(row.logProbability(0)).isEqualTo(row.logProbability(1));
    assertThat(row.logProbability(0)).isCloseTo((float) -Math.log(2), within(1e-6f));
  }

  /** P = (e^0, e^-1, e^-17) / Z, its last token left out; Q is uniform. */
  @Test
  void divergenceSkipsWhatTheBaseHoldsForImpossible() {
    float[] base = {0, -1, -17};
    double z = 1 + Math.exp(-1) + Math.exp(-17);
    double p = 1 / z;
    double q = Math.exp(-1) / z;
    float[] level = {1, 1, 1};
    BaseRow.Compared compared = new BaseRow(row(base), 3).compare(level, LogSoftmax.of(level));
    assertThat(compared.divergence())
        .isCloseTo(p * Math.log(3 * p) + q * Math.log(3 * q), within(3e-4));
    assertThat(compared.sameTop()).as("the first of equal logits").isTrue();
    float[] other = {1, 2, 1};
    assertThat(new BaseRow(row(base), 3).compare(other, LogSoftmax.of(other)).sameTop()).isFalse();
  }

  private Path written() {
    Path file = folder.resolve("base.bin");
    int[] tokens = IntStream.range(0, 18).toArray();
    Chunks chunks = Chunks.ofText(tokens, 8, OptionalInt.of(99), 2);
    try (BaseFileWriter writer = new BaseFileWriter(file, chunks, LOGITS.length)) {
      for (int i = 0; i < 6; i++) {
        float[] logits = LOGITS.clone();
        logits[i % 5] += 1;
        writer.add(logits);
      }
      assertThat(file).as("before it is whole").doesNotExist();
      writer.finish();
    }
    return file;
  }

  @Test
  void fileIsReadAsItWasWritten() throws IOException {
    Path file = written();
    ByteBuffer head = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(head.remaining()).isEqualTo(20 + 16 * 4 + 6 * 20);
    assertThat(Arrays.copyOf(head.array(), 8)).asString().isEqualTo("_logits_");
    assertThat(new int[] {head.getInt(8), head.getInt(12), head.getInt(16)})
        .containsExactly(8, 5, 2);
    try (BaseFile base = BaseFile.open(file)) {
      assertThat(base.tokens())
          .as("those of the text: the beginning token is put in when they are read")
          .containsExactly(IntStream.range(0, 16).toArray());
      assertThat(base.row(1, 0).logProbability(0)).isLessThan(base.row(0, 0).logProbability(0));
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).as("nothing but the file stays").containsExactly(file);
    }
  }

  @Test
  void unfinishedFileLeavesNothing() throws IOException {
    Chunks chunks = Chunks.ofText(new int[16], 8, OptionalInt.empty(), 2);
    new BaseFileWriter(folder.resolve("base.bin"), chunks, 5).close();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void otherFilesAndCutOffOnesAreRefused() throws IOException {
    byte[] whole = Files.readAllBytes(written());
    for (int length : new int[] {0, 7, 19, 40, whole.length - 1}) {
      Path file = Files.write(folder.resolve("cut.bin"), Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> BaseFile.open(file).close())
          .as("%d of %d bytes", length, whole.length)
          .isInstanceOf(PrerequisiteException.class)
          .hasMessageContaining("cut off");
    }
    Path text = Files.writeString(folder.resolve("text.bin"), "a text that is long enough");
    assertThatThrownBy(() -> BaseFile.open(text).close()).hasMessageContaining("no base file");
    assertThatThrownBy(() -> BaseFile.open(folder.resolve("none")).close())
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("none");
  }

  @Test
  void chunksReadTheBeginningTokenAndScoreTheSecondHalf() {
    int[] tokens = IntStream.range(100, 122).toArray();
    Chunks chunks = Chunks.ofText(tokens, 8, OptionalInt.of(1), 99);
    assertThat(chunks.count()).isEqualTo(2);
    assertThat(chunks.read(1)).containsExactly(1, 109, 110, 111, 112, 113, 114, 115);
    assertThat(chunks.scored()).isEqualTo(3);
    assertThat(chunks.scored(1, 0)).as("after position 4").isEqualTo(113);
    assertThat(chunks.scored(1, 2)).isEqualTo(115);
    assertThat(Chunks.ofText(tokens, 8, OptionalInt.empty(), 1).count()).isEqualTo(1);
    assertThat(Chunks.ofText(tokens, 7, OptionalInt.empty(), 9).scored()).isEqualTo(3);
    assertThatThrownBy(() -> Chunks.ofText(tokens, 12, OptionalInt.empty(), 9))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("22 tokens")
        .hasMessageContaining("24 are needed");
  }
}
