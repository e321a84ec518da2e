package dev.sluice.harness.model;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** A floating-point type that weights are stored or computed in. */
public enum Dtype {
  FLOAT32("float32", "F32", 4),
  BFLOAT16("bfloat16", "BF16", 2),
  FLOAT16("float16", "F16", 2);

  private final String id;
  private final String safetensors;
  private final int bytes;

  Dtype(String id, String safetensors, int bytes) {
    this.id = id;
    this.safetensors = safetensors;
    this.bytes = bytes;
  }

  /** The name in plans and in config.json. */
  public String id() {
    return id;
  }

  /** The name in a safetensors header. */
  public String safetensors() {
    return safetensors;
  }

  /** Size of one element. */
  public int bytes() {
    return bytes;
  }

  /** Read the next number of a little-endian buffer. */
  public float get(ByteBuffer from) {
    return switch (this) {
      case FLOAT32 -> from.getFloat();
      case BFLOAT16 -> Float.intBitsToFloat(from.getShort() << 16);
      case FLOAT16 -> Float.float16ToFloat(from.getShort());
    };
  }

  /**
   * Write a number to a little-endian buffer, rounded to the nearest, ties to even.
   *
   * @return false if the number is finite and too large for the type, which then writes an infinity
   */
  public boolean put(float number, ByteBuffer to) {
    return switch (this) {
      case FLOAT32 -> {
        to.putFloat(number);
        yield true;
      }
      case BFLOAT16 -> {
        short bits = bfloat16(number);
        to.putShort(bits);
        yield (bits & 0x7F80) != 0x7F80 || !Float.isFinite(number);
      }
      case FLOAT16 -> {
        short bits = Float.floatToFloat16(number);
        to.putShort(bits);
        yield (bits & 0x7C00) != 0x7C00 || !Float.isFinite(number);
      }
    };
  }

  private static short bfloat16(float number) {
    int bits = Float.floatToRawIntBits(number);
    if (Float.isNaN(number)) {
      // Rounding could carry into the exponent, and truncation could leave an infinity.
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
  }

  /** The largest number, in words. */
  public String largest() {
    return this == FLOAT16 ? "65504" : "3.39e38";
  }

  public static Optional<Dtype> byId(String id) {
    return Arrays.stream(values()).filter(d -> d.id.equals(id)).findFirst();
  }

  public static Optional<Dtype> bySafetensors(String name) {
    return Arrays.stream(values()).filter(d -> d.safetensors.equals(name)).findFirst();
  }
}
