package dev.sluice.harness.export.gguf;

import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.SublayerKind;
import dev.sluice.harness.variant.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * One block of the file: an attention and an FFN that follow one another in the variant.
 *
 * @param attention the block of the model that the attention comes from; empty: it has none
 * @param ffn the same of the FFN
 */
record PackedBlock(OptionalInt attention, OptionalInt ffn) {

  /**
   * The kept sublayers in as few blocks as possible, one at least. What is between an attention and
   * the next kept FFN is the identity, whichever blocks the two come from.
   */
  static List<PackedBlock> of(Variant variant, Checkpoint checkpoint) {
    List<PackedBlock> packed = new ArrayList<>();
    for (Sublayer sublayer : checkpoint.config().sublayerList()) {
      // A model that was cut before has no tensors for what it lacks.
      if (!variant.isCut(sublayer) && !checkpoint.layout().of(sublayer).isEmpty()) {
        add(packed, sublayer);
      }
    }
    if (packed.isEmpty()) {
      packed.add(new PackedBlock(OptionalInt.empty(), OptionalInt.empty()));
    }
    return List.copyOf(packed);
  }

  private static void add(List<PackedBlock> packed, Sublayer sublayer) {
    OptionalInt block = OptionalInt.of(sublayer.block());
    if (sublayer.kind() == SublayerKind.ATTENTION) {
      packed.add(new PackedBlock(block, OptionalInt.empty()));
    } else if (!packed.isEmpty() && packed.getLast().ffn().isEmpty()) {
      packed.set(packed.size() - 1, new PackedBlock(packed.getLast().attention(), block));
    } else {
      packed.add(new PackedBlock(OptionalInt.empty(), block));
    }
  }

  /** Whether both parts are there. */
  boolean isWhole() {
    return attention.isPresent() && ffn.isPresent();
  }
}
