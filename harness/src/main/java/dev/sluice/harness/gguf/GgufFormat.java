package dev.sluice.harness.gguf;

import dev.sluice.harness.model.Dtype;
import java.util.Arrays;
import java.util.Optional;

/** The numbers of version 3 of the format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md. */
public final class GgufFormat {
  /** The bytes {@code GGUF}, read as a little-endian number. */
  static final int MAGIC = 0x46554747;

  static final int VERSION = 3;

  /** Every tensor starts at a multiple of it. */
  public static final int ALIGNMENT = 32;

  static final int UINT32 = 4;
  static final int INT32 = 5;
  static final int FLOAT32 = 6;
  static final int BOOL = 7;
  static final int STRING = 8;
  static final int ARRAY = 9;

  private GgufFormat() {}

  static int tensorType(Dtype dtype) {
    return switch (dtype) {
      case FLOAT32 -> 0;
      case FLOAT16 -> 1;
      case BFLOAT16 -> 30;
    };
  }

  static Optional<Dtype> dtype(int tensorType) {
    return Arrays.stream(Dtype.values()).filter(d -> tensorType(d) == tensorType).findFirst();
  }

  /** The first place from {@code offset} on where a tensor may start. */
  public static long aligned(long offset) {
    return Math.ceilDiv(offset, ALIGNMENT) * ALIGNMENT;
  }
}
