package dev.sluice.harness.export.gguf;

import dev.sluice.harness.model.Dtype;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/** Appends numbers to a file through a buffer of 8 MiB. */
final class DataSink {
  private static final int CAPACITY = 8 << 20;
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final FileChannel channel;
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(CAPACITY).order(ByteOrder.LITTLE_ENDIAN);
  private long written;

  DataSink(FileChannel channel) {
    this.channel = channel;
  }

  /** Append bytes as they are. */
  void copy(MemorySegment bytes) throws IOException {
    for (long at = 0; at < bytes.byteSize(); ) {
      reserve(1);
      int length = (int) Math.min(buffer.remaining(), bytes.byteSize() - at);
      buffer.put(bytes.asSlice(at, length).asByteBuffer());
      at += length;
    }
  }

  void zeros(long count) throws IOException {
    for (long i = 0; i < count; i++) {
      reserve(1);
      buffer.put((byte) 0);
    }
  }

  /**
   * Append numbers in another type, rounded to the nearest.
   *
   * @return whether all of them are finite in that type
   */
  boolean convert(MemorySegment numbers, Dtype from, Dtype to) throws IOException {
    boolean finite = true;
    for (long at = 0; at < numbers.byteSize(); at += from.bytes()) {
      finite &= put(read(numbers, at, from), to);
    }
    return finite;
  }

  /** Append a number; says whether it is finite in that type. */
  boolean put(float number, Dtype type) throws IOException {
    reserve(type.bytes());
    return switch (type) {
      case FLOAT32 -> {
        buffer.putFloat(number);
        yield Float.isFinite(number);
      }
      case FLOAT16 -> {
        short half = Float.floatToFloat16(number);
        buffer.putShort(half);
        yield (half & 0x7c00) != 0x7c00;
      }
      case BFLOAT16 -> {
        int bits = Float.floatToRawIntBits(number);
        short brain = (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
        buffer.putShort(brain);
        yield (brain & 0x7f80) != 0x7f80;
      }
    };
  }

  private static float read(MemorySegment numbers, long at, Dtype type) {
    return switch (type) {
      case FLOAT32 -> Float.intBitsToFloat(numbers.get(INT, at));
      case FLOAT16 -> Float.float16ToFloat(numbers.get(SHORT, at));
      case BFLOAT16 -> Float.intBitsToFloat(numbers.get(SHORT, at) << 16);
    };
  }

  private void reserve(int bytes) throws IOException {
    if (buffer.remaining() < bytes) {
      flush();
    }
  }

  /** Bytes appended so far. */
  long position() {
    return written + buffer.position();
  }

  /** Hand everything to the operating system. */
  void flush() throws IOException {
    buffer.flip();
    written += buffer.remaining();
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    buffer.clear();
  }
}
