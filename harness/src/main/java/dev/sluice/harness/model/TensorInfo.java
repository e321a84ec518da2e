package dev.sluice.harness.model;

import java.util.Arrays;
import java.util.List;

/**
 * Where one tensor lies.
 *
 * @param name as in the checkpoint, for example {@code model.layers.0.mlp.up_proj.weight}
 * @param shape outermost axis first
 * @param file index of the shard in {@link Checkpoint#shards()}
 * @param offset of the first byte in that file
 * @param bytes length of the data; equals elements times element size
 */
public record TensorInfo(
    String name, Dtype dtype, List<Long> shape, int file, long offset, long bytes) {

  public TensorInfo {
    shape = List.copyOf(shape);
  }

  public long elements() {
    return shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
  }

  /** The shape as an array, for engines. */
  public long[] dimensions() {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }

  /** Whether the tensor has exactly these dimensions. */
  public boolean hasShape(long... dimensions) {
    return Arrays.equals(dimensions(), dimensions);
  }
}
