package dev.sluice.harness.export.checkpoint;

import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.WeightLayout.Slot;
import dev.sluice.harness.model.WeightLayout.WeightRole;
import dev.sluice.harness.model.family.Family;
import java.util.Optional;
import java.util.OptionalInt;

/** What tensors are called once some blocks are gone. */
final class TensorNames {
  private final String blocks;
  private final KeptBlocks kept;

  TensorNames(Checkpoint checkpoint, KeptBlocks kept) {
    this.blocks = blockPrefix(checkpoint);
    this.kept = kept;
  }

  /** What the names of all tensors of blocks begin with, such as {@code model.layers.} */
  private static String blockPrefix(Checkpoint checkpoint) {
    Family family = Family.of(checkpoint.config().family());
    String pattern = family.tensor("attention", "output").orElseThrow().pattern();
    String name =
        checkpoint.layout().of(Sublayer.at(0)).stream()
            .filter(slot -> slot.role() == WeightRole.OUTPUT)
            .map(Slot::tensor)
            .findFirst()
            .orElseThrow();
    // A model saved without its head has shorter names.
    int shorter = pattern.length() - name.length();
    return pattern.substring(shorter, pattern.indexOf('#'));
  }

  /** The block that a tensor belongs to, used or not. */
  OptionalInt block(String name) {
    int dot = name.startsWith(blocks) ? name.indexOf('.', blocks.length()) : -1;
    String number = dot < 0 ? "" : name.substring(blocks.length(), dot);
    return number.matches("\\d{1,6}")
        ? OptionalInt.of(Integer.parseInt(number))
        : OptionalInt.empty();
  }

  /** The new name; empty where the tensor's block is gone. */
  Optional<String> of(String name) {
    OptionalInt block = block(name);
    if (block.isEmpty()) {
      return Optional.of(name);
    }
    OptionalInt renumbered = kept.renumbered(block.getAsInt());
    String rest = name.substring(name.indexOf('.', blocks.length()));
    return renumbered.isEmpty()
        ? Optional.empty()
        : Optional.of(blocks + renumbered.getAsInt() + rest);
  }
}
