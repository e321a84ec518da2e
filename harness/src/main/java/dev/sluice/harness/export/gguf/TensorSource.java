package dev.sluice.harness.export.gguf;

import dev.sluice.harness.model.TensorInfo;
import java.util.List;

/** Where the numbers of a written tensor come from. */
sealed interface TensorSource {

  /**
   * Rows of a tensor of the checkpoint.
   *
   * @param first of the rows
   * @param headSize rows of a head, to be interleaved; 0 keeps the order
   */
  record Stored(TensorInfo tensor, long first, int headSize) implements TensorSource {

    /**
     * The stored row that is written as the {@code row}-th. Checkpoints turn element i of a head
     * together with i + size/2; llama.cpp's {@code llama} and {@code deci} turn neighbours.
     */
    long row(long row) {
      if (headSize == 0) {
        return first + row;
      }
      long head = row / headSize * headSize;
      long at = row % headSize;
      return first + head + at % 2 * (headSize / 2) + at / 2;
    }
  }

  /** Numbers that are computed. */
  record Computed(List<Float> values) implements TensorSource {
    public Computed {
      values = List.copyOf(values);
    }
  }

  /** Zeros. */
  record Zeros() implements TensorSource {}
}
