package dev.sluice.harness.export.gguf;

import dev.sluice.harness.model.ModelConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How wide attention and FFN of each block are in the file; 0 where there is none.
 *
 * <p>Two parts that were cut are kept as stubs of zeros, because llama.cpp's {@code deci} (up to
 * 0.5.0 at least, src/models/deci.cpp) is wrong without them: a block with an attention and no FFN
 * loses its attention as well, and a first block without heads leaves the model without a head size.
 *
 * @param heads query heads
 * @param kvHeads key and value heads
 * @param ffn width of the FFN
 */
record BlockWidths(List<Integer> heads, List<Integer> kvHeads, List<Integer> ffn) {

  /** The narrowest that the block-wise quantisations of llama.cpp still take. */
  static final int STUB_FFN = 32;

  BlockWidths {
    heads = List.copyOf(heads);
    kvHeads = List.copyOf(kvHeads);
    ffn = List.copyOf(ffn);
  }

  static BlockWidths of(ModelConfig config, List<PackedBlock> blocks) {
    List<Integer> heads = new ArrayList<>();
    List<Integer> kvHeads = new ArrayList<>();
    List<Integer> ffn = new ArrayList<>();
    for (int i = 0; i < blocks.size(); i++) {
      boolean attends = blocks.get(i).attention().isPresent();
      int stub = i == 0 ? 1 : 0;
      heads.add(attends ? config.attention().heads() : stub);
      kvHeads.add(attends ? config.attention().kvHeads() : stub);
      ffn.add(blocks.get(i).ffn().isPresent() ? config.ffn().intermediate() : STUB_FFN);
    }
    return new BlockWidths(heads, kvHeads, ffn);
  }

  /** Number of blocks. */
  int blocks() {
    return heads.size();
  }

  /** Whether all blocks are as wide as the first. */
  boolean areEqual() {
    return IntStream.range(1, blocks())
        .allMatch(i -> heads.get(i).equals(heads.getFirst()) && ffn.get(i).equals(ffn.getFirst()));
  }
}
