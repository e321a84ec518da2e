package dev.sluice.harness.gguf;

import dev.sluice.harness.model.Dtype;
import java.util.List;

/**
 * Where one tensor of a GGUF file lies.
 *
 * @param name as llama.cpp has it, for example {@code blk.0.ffn_up.weight}
 * @param shape outermost axis first, as in safetensors; the file has it the other way round
 * @param offset of the first byte, counted from the start of the data
 */
public record GgufTensor(String name, Dtype dtype, List<Long> shape, long offset) {

  public GgufTensor {
    shape = List.copyOf(shape);
  }

  /** Length of the data, without padding. */
  public long bytes() {
    return shape.stream().reduce((long) dtype.bytes(), Math::multiplyExact);
  }
}
