package dev.sluice.harness.masks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.harness.masks.CutList.Origin;
import dev.sluice.harness.model.StrictJson;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.SublayerKind;
import dev.sluice.harness.variant.Candidate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.StreamSupport;

/**
 * EvoPress's {@code layer_drop_config.txt} (github.com/IST-DASLab/EvoPress): a line for each block,
 * {@code none}, {@code attn}, {@code mlp} or {@code attn+mlp}. A set without an order.
 */
final class EvoPressDrops implements MaskForm {
  private static final Set<String> WORDS = Set.of("none", "attn", "mlp", "attn+mlp");

  @Override
  public Optional<CutList> read(MaskText text) {
    List<String> blocks = text.json().map(EvoPressDrops::texts).orElseGet(() -> listed(text));
    return !blocks.isEmpty() && WORDS.contains(blocks.getFirst())
        ? Optional.of(list(blocks, text))
        : Optional.empty();
  }

  private static List<String> texts(JsonNode root) {
    return root.isArray()
        ? StreamSupport.stream(root.spliterator(), false).map(JsonNode::asText).toList()
        : List.of();
  }

  /** Lines, which a list in YAML begins with a dash. */
  private static List<String> listed(MaskText text) {
    return text.lines().stream().map(line -> line.replaceFirst("^-\\s+", "")).toList();
  }

  private static CutList list(List<String> blocks, MaskText text) {
    List<Candidate> cuts = new ArrayList<>();
    for (int block = 0; block < blocks.size(); block++) {
      String word = blocks.get(block);
      if (!WORDS.contains(word)) {
        throw text.wrong(
            "line "
                + (block + 1)
                + ": "
                + StrictJson.quote(word)
                + ". EvoPress writes none, attn, mlp or attn+mlp, a line for each block");
      }
      if (word.startsWith("attn")) {
        cuts.add(Candidate.of(new Sublayer(block, SublayerKind.ATTENTION)));
      }
      if (word.endsWith("mlp")) {
        cuts.add(Candidate.of(new Sublayer(block, SublayerKind.FFN)));
      }
    }
    return new CutList(
        cuts, false, List.of(), Origin.of("EvoPress", OptionalInt.of(blocks.size())));
  }
}
