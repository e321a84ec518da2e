package dev.sluice.harness.export.checkpoint;

import dev.sluice.harness.export.checkpoint.WrittenTensor.Source;
import dev.sluice.harness.model.Dtype;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;

/**
 * Copies tensors through one buffer of a few MiB, whatever their size. Pages of the source are let go
 * as soon as they are copied, so that they do not pile up in the process. For one thread.
 */
final class TensorCopy {
  private static final int ELEMENTS = 1 << 20;

  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(4 * ELEMENTS).order(ByteOrder.LITTLE_ENDIAN);

  /**
   * Write the values of a tensor.
   *
   * @throws PrerequisiteException if a value is too large for the type
   */
  void write(WrittenTensor tensor, WritableByteChannel to) throws IOException {
    for (long at = 0; at < tensor.elements(); at += ELEMENTS) {
      int count = (int) Math.min(ELEMENTS, tensor.elements() - at);
      buffer.clear().limit(count * tensor.dtype().bytes());
      if (tensor.source().isPresent()) {
        fill(tensor, tensor.source().get(), at, count);
      } else {
        MemorySegment.ofBuffer(buffer).fill((byte) 0);
      }
      while (buffer.hasRemaining()) {
        to.write(buffer);
      }
    }
  }

  private void fill(WrittenTensor tensor, Source source, long at, int count) {
    int size = source.dtype().bytes();
    MemorySegment part = source.data().asSlice(at * size, (long) count * size);
    if (source.dtype() == tensor.dtype()) {
      MemorySegment.ofBuffer(buffer).copyFrom(part);
    } else {
      ByteBuffer stored = part.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < count; i++) {
        float value = source.dtype().get(stored);
        if (!tensor.dtype().put(value, buffer)) {
          throw tooLarge(tensor, at + i, value);
        }
      }
      buffer.flip();
    }
    if (part.isMapped()) {
      part.unload();
    }
  }

  private static PrerequisiteException tooLarge(WrittenTensor tensor, long element, float value) {
    Dtype dtype = tensor.dtype();
    return new PrerequisiteException(
        "--dtype "
            + dtype.id()
            + ": tensor "
            + tensor.name()
            + " holds "
            + value
            + " at element "
            + element
            + " (counted row by row from 0), and "
            + dtype.id()
            + " ends at "
            + dtype.largest()
            + ". Choose "
            + (dtype == Dtype.FLOAT16 ? "bfloat16, float32 or keep" : "float32 or keep"));
  }
}
