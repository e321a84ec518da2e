package dev.sluice.harness.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DtypeTest {

  /** Ties go to the even neighbour, as in PyTorch: {@code torch.tensor(x).bfloat16().view(torch.int16)}. */
  @ParameterizedTest
  @CsvSource({
    "BFLOAT16, 0x1.00p0, 3F80",
    "BFLOAT16, 0x1.01p0, 3F80",
    "BFLOAT16, 0x1.010002p0, 3F81",
    "BFLOAT16, 0x1.03p0, 3F82",
    "BFLOAT16, -0x1.03p0, BF82",
    "BFLOAT16, -0.0, 8000",
    "BFLOAT16, 0x1.fep127, 7F7F",
    "BFLOAT16, 0x1p-133, 0001",
    "BFLOAT16, 0x1p-134, 0000",
    "BFLOAT16, 0x1.8p-133, 0002",
    "BFLOAT16, Infinity, 7F80",
    "FLOAT16, 0x1.002p0, 3C00",
    "FLOAT16, 0x1.006p0, 3C02",
    "FLOAT16, 65504, 7BFF",
    "FLOAT16, 65519.996, 7BFF",
    "FLOAT16, 0x1p-24, 0001",
    "FLOAT16, 0x1p-25, 0000",
    "FLOAT16, -Infinity, FC00"
  })
  void roundsToTheNearestTiesToEven(Dtype dtype, String value, String bits) {
    ByteBuffer out = buffer();
    assertThat(dtype.put(Float.parseFloat(value), out)).isTrue();
    assertThat("%04X".formatted(out.getShort(0) & 0xFFFF)).isEqualTo(bits);
  }

  @ParameterizedTest
  @EnumSource(
      value = Dtype.class,
      names = {"BFLOAT16", "FLOAT16"})
  void neverIsFartherThanANeighbour(Dtype dtype) {
    Random random = new Random(11);
    for (int i = 0; i < 20_000; i++) {
      float value = (float) (random.nextGaussian() * Math.scalb(1f, random.nextInt(-12, 12)));
      ByteBuffer out = buffer();
      dtype.put(value, out);
      short bits = out.getShort(0);
      BigDecimal error = distance(value, bits, dtype);
      for (int step : new int[] {-1, 1}) {
        assertThat(error)
            .as("%s", value)
            .isLessThanOrEqualTo(distance(value, (short) (bits + step), dtype));
      }
    }
  }

  private static BigDecimal distance(float value, short bits, Dtype dtype) {
    float decoded = dtype.get(buffer().putShort(0, bits));
    return new BigDecimal(value).subtract(new BigDecimal(decoded)).abs();
  }

  @ParameterizedTest
  @EnumSource(
      value = Dtype.class,
      names = {"BFLOAT16", "FLOAT16"})
  void everyPatternSurvivesTheWayThroughFloat32(Dtype dtype) {
    for (int bits = 0; bits <= 0xFFFF; bits++) {
      float decoded = dtype.get(buffer().putShort(0, (short) bits));
      ByteBuffer out = buffer();
      assertThat(dtype.put(decoded, out)).isTrue();
      if (Float.isNaN(decoded)) {
        assertThat(dtype.get(out.flip())).isNaN();
      } else {
        assertThat(out.getShort(0)).isEqualTo((short) bits);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "FLOAT16, 65520",
    "FLOAT16, -1e9",
    "BFLOAT16, 0x1.ffp127",
    "BFLOAT16, -0x1.fffffep127"
  })
  void whatATypeCannotHoldIsFound(Dtype dtype, String value) {
    assertThat(dtype.put(Float.parseFloat(value), buffer())).isFalse();
  }

  @Test
  void nanStaysNanWhateverItsPayload() {
    ByteBuffer out = buffer();
    Dtype.BFLOAT16.put(Float.intBitsToFloat(0x7F800001), out);
    assertThat(out.getShort(0) & 0x7FFF).isGreaterThan(0x7F80);
  }

  private static ByteBuffer buffer() {
    return ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
  }
}
