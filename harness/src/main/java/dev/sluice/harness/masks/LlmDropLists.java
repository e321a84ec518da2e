package dev.sluice.harness.masks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.harness.masks.CutList.Origin;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.SublayerKind;
import dev.sluice.harness.variant.Candidate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * LLM-Drop's lists (github.com/CASE-Lab-UMD/LLM-Drop): {@code drop_attn_list} and {@code
 * drop_mlp_list} of a config.json, as block numbers or as a switch for each block; and {@code
 * reserved_layers.json} of its joint drop, which names what is kept: attentions by their block, FFNs
 * by their block plus the number of blocks. Sets without an order.
 */
final class LlmDropLists implements MaskForm {
  private static final String ATTENTIONS = "drop_attn_list";
  private static final String FFNS = "drop_mlp_list";
  private static final String RESERVED = "reserved_layers.json";

  @Override
  public Optional<CutList> read(MaskText text) {
    return text.json()
        .flatMap(root -> {
          if (root.has(ATTENTIONS) || root.has(FFNS)) {
            return Optional.of(dropped(root, text));
          }
          return root.isArray() && text.name().equals(RESERVED)
              ? Optional.of(kept(root, text))
              : Optional.empty();
        });
  }

  private static CutList dropped(JsonNode config, MaskText text) {
    List<Candidate> cuts = new ArrayList<>();
    blocks(config, ATTENTIONS, text)
        .forEach(b -> cuts.add(Candidate.of(new Sublayer(b, SublayerKind.ATTENTION))));
    blocks(config, FFNS, text)
        .forEach(b -> cuts.add(Candidate.of(new Sublayer(b, SublayerKind.FFN))));
    JsonNode blocks = config.path("num_hidden_layers");
    return list(cuts, blocks.isInt() ? OptionalInt.of(blocks.asInt()) : OptionalInt.empty());
  }

  private static CutList list(List<Candidate> cuts, OptionalInt blocks) {
    return new CutList(cuts, false, List.of(), Origin.of("LLM-Drop", blocks));
  }

  private static List<Integer> blocks(JsonNode config, String key, MaskText text) {
    JsonNode list = config.path(key);
    List<Integer> blocks = new ArrayList<>();
    if (list.isMissingNode() || list.isNull()) {
      return blocks;
    }
    boolean switches = list.path(0).isBoolean();
    for (int i = 0; i < list.size(); i++) {
      JsonNode one = list.path(i);
      boolean number = one.isInt() && one.asInt() >= 0;
      if (switches ? !one.isBoolean() : !number) {
        throw text.wrong(
            key + " holds " + one + ". It must hold block numbers from 0 on, or true and false");
      }
      if (switches && one.asBoolean()) {
        blocks.add(i);
      } else if (!switches) {
        blocks.add(one.asInt());
      }
    }
    if (!list.isArray() || (switches && list.size() != text.blocks())) {
      throw text.wrong(
          key
              + (list.isArray() ? " has " + list.size() + " switches" : " is no list")
              + ". The model has "
              + text.blocks()
              + " blocks: name the model that the list was made for");
    }
    return blocks;
  }

  private static CutList kept(JsonNode root, MaskText text) {
    Set<Integer> kept = new TreeSet<>();
    int places = 2 * text.blocks();
    for (JsonNode one : root) {
      if (!one.isInt() || one.asInt() < 0 || one.asInt() >= places) {
        throw text.wrong(
            one
                + " is no place among the "
                + places
                + " sublayers of this model. Name the model that the list was made for");
      }
      kept.add(one.asInt());
    }
    if (kept.stream().allMatch(place -> place < text.blocks())) {
      throw text.wrong(
          "names the blocks that LLM-Drop kept, and does not say whether attention, FFN or both"
              + " were cut in the others. Name the config.json beside it, with drop_attn_list and"
              + " drop_mlp_list");
    }
    List<Candidate> cuts = new ArrayList<>();
    for (int place = 0; place < places; place++) {
      if (!kept.contains(place)) {
        boolean ffn = place >= text.blocks();
        cuts.add(
            Candidate.of(
                new Sublayer(
                    ffn ? place - text.blocks() : place,
                    ffn ? SublayerKind.FFN : SublayerKind.ATTENTION)));
      }
    }
    return list(cuts, OptionalInt.empty());
  }
}
