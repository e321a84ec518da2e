package dev.sluice.harness.export.checkpoint;

import dev.sluice.harness.model.Dtype;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/**
 * One tensor that is to be written.
 *
 * @param dtype in which it is written
 * @param source where its values come from; empty for zeros
 */
public record WrittenTensor(String name, List<Long> shape, Dtype dtype, Optional<Source> source) {

  public WrittenTensor {
    shape = List.copyOf(shape);
    long elements = elements(shape);
    source.ifPresent(s -> {
      if (s.data.byteSize() != elements * s.dtype.bytes()) {
        throw new IllegalArgumentException(name + ": " + elements + " elements, got " + s);
      }
    });
  }

  /**
   * Values as a checkpoint stores them.
   *
   * @param data mapped, little-endian, row by row; valid as long as the checkpoint is open
   */
  public record Source(MemorySegment data, Dtype dtype) {}

  long elements() {
    return elements(shape);
  }

  /** Size in the file. */
  long bytes() {
    return elements() * dtype.bytes();
  }

  private static long elements(List<Long> shape) {
    return shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
  }
}
