package dev.sluice.harness.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FiniteScanTest {

  @Test
  void every16BitPatternIsJudgedAsTheTypeSays() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      for (int at : new int[] {0, 3, 4}) {
        ByteBuffer five = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
        five.putShort(2 * at, (short) bits);
        assertThat(new FiniteScan(Dtype.FLOAT16).firstBad(five.array(), 10))
            .isEqualTo(Float.isFinite(Float.float16ToFloat((short) bits)) ? -1 : at);
        assertThat(new FiniteScan(Dtype.BFLOAT16).firstBad(five.array(), 10))
            .isEqualTo(Float.isFinite(Float.intBitsToFloat(bits << 16)) ? -1 : at);
      }
    }
  }

  @Test
  void floatsAreJudgedInEveryPlace() {
    long seed = 20_26;
    Random random = new Random(seed);
    for (int round = 0; round < 50_000; round++) {
      int elements = 1 + random.nextInt(7);
      ByteBuffer data = ByteBuffer.allocate(4 * elements).order(ByteOrder.LITTLE_ENDIAN);
      long expected = -1;
      for (int i = 0; i < elements; i++) {
        int bits = random.nextInt() | (random.nextInt(9) == 0 ? 0x7F80_0000 : 0);
        data.putInt(bits);
        boolean bad = !Float.isFinite(Float.intBitsToFloat(bits));
        expected = bad && expected < 0 ? i : expected;
      }
      assertThat(new FiniteScan(Dtype.FLOAT32).firstBad(data.array(), 4 * elements))
          .as("seed %d, round %d", seed, round)
          .isEqualTo(expected);
    }
  }

  @Test
  void bytesBeyondTheLengthDoNotCount() {
    byte[] bytes = new byte[32];
    bytes[18] = (byte) 0x80;
    bytes[19] = 0x7F;
    assertThat(new FiniteScan(Dtype.FLOAT32).firstBad(bytes, 16)).isEqualTo(-1);
    assertThat(new FiniteScan(Dtype.FLOAT32).firstBad(bytes, 20)).isEqualTo(4);
  }
}
