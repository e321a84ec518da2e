package dev.sluice.harness.export.text;

import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.SublayerKind;
import dev.sluice.harness.model.WeightLayout;
import dev.sluice.harness.model.WeightLayout.Slot;
import dev.sluice.harness.model.WeightLayout.WeightRole;
import dev.sluice.harness.variant.Variant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The runs of blocks that mergekit copies alike. */
final class MergekitSlices {
  private static final Set<WeightRole> OUTPUTS =
      Set.of(WeightRole.OUTPUT, WeightRole.OUTPUT_BIAS, WeightRole.DOWN, WeightRole.DOWN_BIAS);
  private static final Pattern WHOLE = Pattern.compile("\\d+\\.(?:attention|ffn)");

  /**
   * Families of which mergekit cannot leave out a block: in transformers 5 their configs list the kind
   * of each, which it does not shorten, or (OPT) it does not know which number of blocks to change.
   */
  private static final Set<String> BLOCKS_STAY = Set.of("qwen2", "qwen3", "gemma2", "opt");

  /** All experts in one tensor, as transformers 5 and mergekit have them. */
  private static final String FUSED_EXPERTS = "experts.down_proj";

  private final List<Slice> slices = new ArrayList<>();
  private int left;
  private int zeroed;

  /**
   * Blocks from {@code first} to before {@code end}.
   *
   * @param filters parts of names of the tensors that are zeroed in each of them
   */
  record Slice(int first, int end, List<String> filters) {}

  MergekitSlices(ModelConfig config, WeightLayout layout, Variant variant) {
    boolean removable =
        !BLOCKS_STAY.contains(config.family())
            && config.attention().windows().stream().distinct().count() <= 1;
    for (int block = 0; block < config.blocks(); block++) {
      List<Sublayer> cuts = cuts(block, variant);
      if (removable && cuts.size() == SublayerKind.values().length) {
        left++;
      } else {
        zeroed += cuts.size();
        add(block, filters(cuts, layout));
      }
    }
  }

  /** A cut that is no whole sublayer. */
  static Optional<String> unnamed(Variant variant) {
    return variant.cuts().stream()
        .map(Sublayer::toString)
        .filter(WHOLE.asMatchPredicate().negate())
        .findFirst();
  }

  List<Slice> all() {
    return slices;
  }

  /** Blocks that are in no slice. */
  int left() {
    return left;
  }

  /** Cut sublayers that are in a slice. */
  int zeroed() {
    return zeroed;
  }

  private static List<Sublayer> cuts(int block, Variant variant) {
    return variant.cuts().stream().filter(s -> s.block() == block).toList();
  }

  private void add(int block, List<String> filters) {
    Slice last = slices.isEmpty() ? new Slice(-1, -1, List.of()) : slices.getLast();
    if (last.end() == block && last.filters().equals(filters)) {
      slices.set(slices.size() - 1, new Slice(last.first(), block + 1, filters));
    } else {
      slices.add(new Slice(block, block + 1, filters));
    }
  }

  private static List<String> filters(List<Sublayer> cuts, WeightLayout layout) {
    Set<String> filters = new LinkedHashSet<>();
    for (Sublayer cut : cuts) {
      for (Slot slot : layout.of(cut)) {
        if (OUTPUTS.contains(slot.role())) {
          filters.add(behindNumbers(slot.tensor()));
          if (slot.tensor().contains(".experts.")) {
            filters.add(FUSED_EXPERTS);
          }
        }
      }
    }
    return List.copyOf(filters);
  }

  /** {@code mlp.down_proj} of {@code model.layers.3.mlp.down_proj.weight}. */
  private static String behindNumbers(String tensor) {
    return tensor.replaceFirst("^.*\\.\\d+\\.", "").replaceFirst("\\.(?:weight|bias)$", "");
  }
}
