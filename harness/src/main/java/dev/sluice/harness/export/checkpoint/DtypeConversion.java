package dev.sluice.harness.export.checkpoint;

import dev.sluice.harness.model.Dtype;
import java.nio.ByteBuffer;

/** Turns packed numbers of one type into another's, rounding to the nearest, ties to even. */
final class DtypeConversion {
  private DtypeConversion() {}

  /** Read so many numbers from a little-endian buffer's position on. */
  static void decode(ByteBuffer from, Dtype dtype, float[] to, int count) {
    switch (dtype) {
      case FLOAT32 -> {
        for (int i = 0; i < count; i++) {
          to[i] = from.getFloat();
        }
      }
      case BFLOAT16 -> {
        for (int i = 0; i < count; i++) {
          to[i] = Float.intBitsToFloat(from.getShort() << 16);
        }
      }
      case FLOAT16 -> {
        for (int i = 0; i < count; i++) {
          to[i] = Float.float16ToFloat(from.getShort());
        }
      }
    }
  }

  /**
   * Write so many numbers to a little-endian buffer.
   *
   * @return index of the first finite number that the type cannot hold, or -1; what is then in the buffer
   *     is of no use
   */
  static int encode(float[] from, int count, Dtype dtype, ByteBuffer to) {
    for (int i = 0; i < count; i++) {
      float value = from[i];
      boolean fits =
          switch (dtype) {
            case FLOAT32 -> {
              to.putFloat(value);
              yield true;
            }
            case BFLOAT16 -> {
              short bits = bfloat16(value);
              to.putShort(bits);
              yield (bits & 0x7F80) != 0x7F80;
            }
            case FLOAT16 -> {
              short bits = Float.floatToFloat16(value);
              to.putShort(bits);
              yield (bits & 0x7C00) != 0x7C00;
            }
          };
      if (!fits && Float.isFinite(value)) {
        return i;
      }
    }
    return -1;
  }

  private static short bfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      // Rounding could carry into the exponent, and truncation could leave an infinity.
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
  }

  /** The largest number of a type. */
  static String largest(Dtype dtype) {
    return dtype == Dtype.FLOAT16 ? "65504" : "3.39e38";
  }
}
