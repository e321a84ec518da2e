package dev.sluice.harness.export.checkpoint;

import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.SublayerKind;
import dev.sluice.harness.variant.Variant;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The blocks that a shorter model keeps; their places in the list are their new numbers.
 *
 * @param before how many blocks the model has
 */
record KeptBlocks(List<Integer> blocks, int before) {

  KeptBlocks {
    blocks = List.copyOf(blocks);
  }

  /** All but those of which both sublayers are cut; the first where that leaves none. */
  static KeptBlocks of(Variant variant, int before) {
    List<Integer> kept =
        IntStream.range(0, before)
            .filter(b ->
                !variant.isCut(new Sublayer(b, SublayerKind.ATTENTION))
                    || !variant.isCut(new Sublayer(b, SublayerKind.FFN)))
            .boxed()
            .toList();
    return new KeptBlocks(kept.isEmpty() ? List.of(0) : kept, before);
  }

  /** Whether nothing is renumbered. */
  boolean all() {
    return blocks.size() == before;
  }

  int removed() {
    return before - blocks.size();
  }

  /** The new number of a block; empty where it is gone. */
  OptionalInt renumbered(int block) {
    if (block >= before) {
      return OptionalInt.of(block - removed());
    }
    int place = blocks.indexOf(block);
    return place < 0 ? OptionalInt.empty() : OptionalInt.of(place);
  }
}
