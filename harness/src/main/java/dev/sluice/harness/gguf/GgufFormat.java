package dev.sluice.harness.gguf;

import dev.sluice.harness.model.Dtype;
import java.util.Map;
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

  private static final Map<Dtype, Integer> TENSOR_TYPES =
      Map.of(Dtype.FLOAT32, 0, Dtype.FLOAT16, 1, Dtype.BFLOAT16, 30);

  private GgufFormat() {}

  static int tensorType(Dtype dtype) {
    return TENSOR_TYPES.get(dtype);
  }

  static Optional<Dtype> dtype(int tensorType) {
    return TENSOR_TYPES.entrySet().stream()
        .filter(e -> e.getValue() == tensorType)
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** The first place from {@code offset} on where a tensor may start. */
  public static long aligned(long offset) {
    return Math.ceilDiv(offset, ALIGNMENT) * ALIGNMENT;
  }
}
