package dev.sluice.harness.masks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.harness.masks.CutList.Origin;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.SublayerKind;
import dev.sluice.harness.variant.Candidate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * BlockPruner's {@code ..._del_order_list.json} (github.com/MrGGLS/BlockPruner): all that is cut after
 * each step, {@code {"1": [["mha", 25]], "2": ...}}, each sorted by block. The order is what each adds.
 */
final class BlockPrunerOrder implements MaskForm {

  @Override
  public Optional<CutList> read(MaskText text) {
    return text.json().filter(BlockPrunerOrder::recognised).map(root -> list(root, text));
  }

  private static boolean recognised(JsonNode root) {
    boolean[] all = {root.isObject() && !root.isEmpty()};
    root.properties()
        .forEach(e -> all[0] &= e.getKey().matches("\\d{1,6}") && e.getValue().isArray());
    return all[0];
  }

  private static CutList list(JsonNode root, MaskText text) {
    Map<Integer, Set<Sublayer>> steps = new TreeMap<>();
    root.properties()
        .forEach(e -> steps.put(Integer.parseInt(e.getKey()), cuts(e.getValue(), text)));
    List<Candidate> order = new ArrayList<>();
    Set<Sublayer> before = new TreeSet<>();
    steps.forEach((number, cuts) -> {
      if (!cuts.containsAll(before)) {
        throw text.wrong(
            "step "
                + number
                + " does not cut all that the step before it cuts, as BlockPruner's steps do."
                + " Restore it from its source");
      }
      Set<Sublayer> added = new TreeSet<>(cuts);
      added.removeAll(before);
      if (!added.isEmpty()) {
        order.add(Candidate.ofAll(added));
      }
      before.addAll(cuts);
    });
    return new CutList(
        order,
        true,
        List.of(),
        Origin.of("BlockPruner", OptionalInt.empty())
            .foundBy("BlockPruner", Optional.of("perplexity")));
  }

  private static Set<Sublayer> cuts(JsonNode step, MaskText text) {
    Set<Sublayer> cuts = new TreeSet<>();
    step.forEach(cut -> cuts.add(cut(cut, text)));
    return cuts;
  }

  private static Sublayer cut(JsonNode cut, MaskText text) {
    JsonNode block = cut.path(1);
    if (cut.size() == 2 && block.isInt() && block.asInt() >= 0) {
      switch (cut.path(0).asText()) {
        case "mha" -> {
          return new Sublayer(block.asInt(), SublayerKind.ATTENTION);
        }
        case "mlp" -> {
          return new Sublayer(block.asInt(), SublayerKind.FFN);
        }
        default -> {
          // Falls through to the message.
        }
      }
    }
    throw text.wrong(
        "cut " + cut + ": BlockPruner writes [\"mha\", 25] or [\"mlp\", 25], blocks from 0 on");
  }
}
