package dev.sluice.harness.masks;

import dev.sluice.harness.model.StrictJson;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.SublayerKind;
import dev.sluice.harness.variant.Candidate;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What sublayers and blocks are called in lists: by us, and as modules of checkpoints. */
final class LayerName {
  private static final Pattern OURS = Pattern.compile("\\d{1,6}\\.(?:attention|ffn)(?:\\.\\d+)?");
  private static final Pattern BLOCK = Pattern.compile("(\\d{1,6})\\.block");

  /** A path of modules: {@code model.layers.12}, {@code transformer.h.3.attn.c_proj}. */
  private static final Pattern MODULE =
      Pattern.compile("(?:[A-Za-z_]\\w*\\.)*(\\d{1,6})(?:\\.([A-Za-z_]\\w*)(?:\\.(\\w+))?)?");

  private static final Set<String> ATTENTION = Set.of("attention", "attn", "self_attn", "mha");
  private static final Set<String> FFN =
      Set.of("ffn", "mlp", "feed_forward", "block_sparse_moe", "moe", "fc2");
  private static final Set<String> OUTPUTS =
      Set.of("o_proj", "out_proj", "c_proj", "dense", "down_proj", "dense_4h_to_h");

  private LayerName() {}

  /** The sublayers of a name; several names joined by {@code +} are cut in one step. */
  static Candidate read(String name, MaskText text) {
    List<Candidate> parts =
        Arrays.stream(name.strip().split("\\+", -1)).map(part -> one(part, text)).toList();
    return parts.size() == 1 ? parts.getFirst() : Candidate.union(parts);
  }

  private static Candidate one(String name, MaskText text) {
    Matcher block = BLOCK.matcher(name);
    Matcher module = MODULE.matcher(name);
    if (OURS.matcher(name).matches()) {
      return Candidate.of(Sublayer.parse(name));
    } else if (block.matches()) {
      return Candidate.ofBlock(Integer.parseInt(block.group(1)));
    } else if (module.matches()) {
      return ofModule(module, text);
    }
    throw unknown(name, text);
  }

  private static Candidate ofModule(Matcher module, MaskText text) {
    int block = Integer.parseInt(module.group(1));
    String kind = module.group(2);
    String output = module.group(3);
    if (output != null && !OUTPUTS.contains(output)) {
      throw unknown(module.group(), text);
    } else if (kind == null) {
      return Candidate.ofBlock(block);
    } else if (ATTENTION.contains(kind)) {
      return Candidate.of(new Sublayer(block, SublayerKind.ATTENTION));
    } else if (FFN.contains(kind)) {
      return Candidate.of(new Sublayer(block, SublayerKind.FFN));
    }
    throw unknown(module.group(), text);
  }

  private static RuntimeException unknown(String name, MaskText text) {
    return text.wrong(
        StrictJson.quote(name)
            + " is no attention, FFN or block. Write 3.attention, 3.ffn, 3.ffn.5 or 3.block, or a module"
            + " such as model.layers.3.self_attn");
  }
}
