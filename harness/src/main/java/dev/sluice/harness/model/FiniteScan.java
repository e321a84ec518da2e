package dev.sluice.harness.model;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds NaN and infinite values among packed floating-point numbers, little-endian.
 *
 * <p>A value is finite when not all bits of its exponent are set. Of a word, {@code ~word & mask}
 * has some exponent bit set in each lane that is finite; adding the mask carries that into the
 * lane's top bit and never beyond, so one addition tests two or four values.
 */
final class FiniteScan {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  private final int elementBytes;
  private final int exponent;
  private final long mask;
  private final long tops;

  FiniteScan(Dtype dtype) {
    elementBytes = dtype.bytes();
    exponent =
        switch (dtype) {
          case FLOAT32 -> 0x7F80_0000;
          case BFLOAT16 -> 0x7F80;
          case FLOAT16 -> 0x7C00;
        };
    boolean wide = elementBytes == 4;
    mask = exponent * (wide ? 0x0000_0001_0000_0001L : 0x0001_0001_0001_0001L);
    tops = wide ? 0x8000_0000_8000_0000L : 0x8000_8000_8000_8000L;
  }

  /** Index of the first value among whole elements that is not finite, or -1. */
  long firstBad(byte[] bytes, int length) {
    int words = length & -8;
    long all = tops;
    for (int i = 0; i < words; i += 8) {
      all &= (~(long) LONGS.get(bytes, i) & mask) + mask;
    }
    boolean fine = (all & tops) == tops;
    for (int i = fine ? words : 0; i < length; i += elementBytes) {
      int bits = elementBytes == 4 ? (int) INTS.get(bytes, i) : (short) SHORTS.get(bytes, i);
      if ((bits & exponent) == exponent) {
        return i / elementBytes;
      }
    }
    return -1;
  }
}
