package dev.sluice.harness.export.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.ModelConfig.Experts;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.SublayerKind;
import dev.sluice.harness.model.TensorInfo;
import dev.sluice.harness.model.WeightLayout;
import dev.sluice.harness.model.WeightLayout.Slot;
import dev.sluice.harness.model.WeightLayout.WeightRole;
import dev.sluice.harness.model.family.Family;
import dev.sluice.harness.variant.Variant;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The single experts that a smaller mixture leaves out, as many in every block, since a config has one
 * number for all. Those that stay are counted anew, and the router loses its lines of the others.
 */
final class LostExperts {
  private final Checkpoint checkpoint;
  private final Map<Integer, List<Integer>> byBlock;
  private final Map<String, Optional<String>> names = new HashMap<>();
  private final Map<String, List<Integer>> routers = new HashMap<>();

  private LostExperts(Checkpoint checkpoint, Map<Integer, List<Integer>> byBlock) {
    this.checkpoint = checkpoint;
    this.byBlock = byBlock;
    byBlock.forEach(this::name);
  }

  /** What a variant that has no {@link #obstacle} loses. */
  static LostExperts of(Checkpoint checkpoint, Variant variant, KeptBlocks kept) {
    return new LostExperts(checkpoint, lost(checkpoint.config(), variant, kept));
  }

  /** Why a config cannot say what is left, as a clause; empty where it can. */
  static Optional<String> obstacle(ModelConfig config, Variant variant, KeptBlocks kept) {
    Map<Integer, List<Integer>> lost = lost(config, variant, kept);
    Map<Integer, Integer> blocks = new TreeMap<>();
    lost.forEach((block, experts) -> blocks.putIfAbsent(experts.size(), block));
    if (blocks.size() > 1) {
      int few = blocks.keySet().iterator().next();
      int many = ((TreeMap<Integer, Integer>) blocks).lastKey();
      return Optional.of(
          "it cuts %d experts in block %d and %d in block %d, and config.json has one number for all blocks"
              .formatted(few, blocks.get(few), many, blocks.get(many)));
    }
    boolean none =
        lost.values().stream()
            .anyMatch(l -> l.size() == config.ffn().experts().orElseThrow().count());
    return none ? Optional.of("it cuts all experts one by one: cut the FFNs") : Optional.empty();
  }

  /** By block; empty where no single expert is cut. A zeroed mixture may lose any. */
  private static Map<Integer, List<Integer>> lost(
      ModelConfig config, Variant variant, KeptBlocks kept) {
    Map<Integer, List<Integer>> lost = new TreeMap<>();
    for (int block : kept.blocks()) {
      if (config.experts(block).isPresent() && !variant.isCut(ffn(block))) {
        lost.put(block, variant.expertsCut(ffn(block).index()));
      }
    }
    int each = lost.values().stream().mapToInt(List::size).max().orElse(0);
    if (each == 0) {
      return Map.of();
    }
    for (int block : kept.blocks()) {
      if (config.experts(block).isPresent()) {
        lost.putIfAbsent(block, IntStream.range(0, each).boxed().toList());
      }
    }
    return lost;
  }

  private static Sublayer ffn(int block) {
    return new Sublayer(block, SublayerKind.FFN);
  }

  /** Find new names for all tensors of a block's experts. */
  private void name(int block, List<Integer> lost) {
    WeightLayout layout = checkpoint.layout();
    int next = 0;
    int count = checkpoint.config().experts(block).orElseThrow().count();
    for (int expert = 0; expert < count; expert++) {
      List<Slot> own = layout.of(Sublayer.ofExpert(block, expert));
      List<Slot> later = layout.of(Sublayer.ofExpert(block, next));
      boolean gone = lost.contains(expert);
      for (int i = 0; i < own.size(); i++) {
        names.put(
            own.get(i).tensor(), gone ? Optional.empty() : Optional.of(later.get(i).tensor()));
      }
      next += gone ? 0 : 1;
    }
    layout.of(ffn(block)).stream()
        .filter(slot -> slot.role() == WeightRole.ROUTER)
        .forEach(slot -> routers.put(slot.tensor(), lost));
  }

  /** The new name of a tensor; empty where its expert is gone. */
  Optional<String> name(String tensor) {
    return names.getOrDefault(tensor, Optional.of(tensor));
  }

  /** The number of rows that a tensor keeps, where it loses some. */
  OptionalInt rows(TensorInfo tensor) {
    List<Integer> lost = routers.get(tensor.name());
    return lost == null
        ? OptionalInt.empty()
        : OptionalInt.of(Math.toIntExact(tensor.shape().getFirst()) - lost.size());
  }

  /** What a tensor keeps: a router's lines of the experts that stay, copied, and all of others. */
  MemorySegment data(TensorInfo tensor) {
    MemorySegment all = checkpoint.data(tensor);
    List<Integer> lost = routers.get(tensor.name());
    if (lost == null) {
      return all;
    }
    int rows = Math.toIntExact(tensor.shape().getFirst());
    long row = all.byteSize() / rows;
    MemorySegment kept = Arena.ofAuto().allocate(row * (rows - lost.size()));
    long at = 0;
    for (int i = 0; i < rows; i++) {
      if (!lost.contains(i)) {
        MemorySegment.copy(all, i * row, kept, at, row);
        at += row;
      }
    }
    return kept;
  }

  /** How many are gone from each block; 0 where none is. */
  int each() {
    return byBlock.values().stream().findFirst().map(List::size).orElse(0);
  }

  /** Say in a config how many there are. */
  void fill(ObjectNode config) {
    if (each() > 0) {
      Experts experts = checkpoint.config().ffn().experts().orElseThrow();
      int left = experts.count() - each();
      put(config, "experts", left);
      put(config, "experts-active", Math.min(left, experts.active()));
    }
  }

  private void put(ObjectNode config, String setting, int value) {
    List<String> keys = Family.of(checkpoint.config().family()).setting(setting).keys();
    String key = keys.stream().filter(config::hasNonNull).findFirst().orElse(keys.getFirst());
    config.put(key, value);
  }
}
