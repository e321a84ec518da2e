package dev.sluice.harness.export.gguf;

import dev.sluice.harness.model.Dtype;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/** Appends numbers to a file through a buffer of 8 MiB. */
final class DataSink {
  private static final int CAPACITY = 8 << 20;

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
   * @param numbers less than 2 GiB of them
   * @return whether none is too large for that type
   */
  boolean convert(MemorySegment numbers, Dtype from, Dtype to) throws IOException {
    ByteBuffer in = numbers.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    boolean fit = true;
    while (in.hasRemaining()) {
      fit &= put(from.get(in), to);
    }
    return fit;
  }

  /** Append a number; says whether it is not too large for that type. */
  boolean put(float number, Dtype type) throws IOException {
    reserve(type.bytes());
    return type.put(number, buffer);
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
