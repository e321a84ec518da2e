package dev.sluice.harness.export.checkpoint;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.ModelConfig.Activation;
import dev.sluice.harness.model.ModelConfig.NormKind;
import dev.sluice.harness.model.ModelConfig.NormPlace;
import dev.sluice.harness.model.ModelConfig.Positions.Rotary;
import dev.sluice.harness.model.ModelConfig.QueryKeyNorm;
import dev.sluice.harness.model.ModelConfig.RopeScaling;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.SublayerKind;
import dev.sluice.harness.model.family.NasWidth;
import dev.sluice.harness.variant.Variant;
import java.util.List;
import java.util.Optional;

/** What a config.json of Nemotron-NAS can say of a model, and says. */
final class DeciConfig {
  /** Keys of other families whose meaning a reader of llamas might take up. */
  private static final List<String> FOREIGN =
      List.of(
          "sliding_window",
          "use_sliding_window",
          "max_window_layers",
          "layer_types",
          "partial_rotary_factor",
          "auto_map");

  private DeciConfig() {}

  /** Why this layout cannot say what a model is, as a clause; empty where it can. */
  static Optional<String> obstacle(Checkpoint checkpoint) {
    ModelConfig c = checkpoint.config();
    return found(c, checkpoint.layout().absent().isEmpty())
        .map(reason -> c.family() + " " + reason + ", and Nemotron-NAS is a llama");
  }

  private static Optional<String> found(ModelConfig c, boolean whole) {
    String reason =
        !whole
            ? "lacks sublayers already: export the model that it was made of"
            : c.norm().kind() != NormKind.RMS || c.norm().place() != NormPlace.BEFORE
                ? "has other norms than an RMS norm before each sublayer"
                : c.attention().queryKeyNorm() != QueryKeyNorm.NONE
                    ? "norms queries and keys"
                    : blocks(c);
    return Optional.of(reason).filter(r -> !r.isEmpty());
  }

  private static String blocks(ModelConfig c) {
    if (c.ffn().experts().isPresent()) {
      return "has mixtures of experts";
    } else if (!c.ffn().gated() || c.ffn().activation() != Activation.SILU) {
      return "has another FFN than a SiLU-gated one";
    } else if (c.attention().windows().stream()
        .anyMatch(w -> w.orElse(c.context()) < c.context())) {
      return "has sliding windows shorter than its context";
    } else if (c.attention().cap().isPresent() || c.ends().logitCap().isPresent()) {
      return "caps scores or logits";
    } else if (c.ends().embeddingScale() != 1) {
      return "scales its embedding";
    } else if (c.attention().outputBias() && !c.attention().qkvBias()) {
      return "has a bias on attention's output alone";
    }
    return positions(c);
  }

  private static String positions(ModelConfig c) {
    if (!(c.positions() instanceof Rotary rotary)) {
      return "has learned positions";
    } else if (rotary.width() != c.attention().headSize()) {
      return "rotates a part of each head only";
    }
    return rotary.scaling() instanceof RopeScaling.LongRope ? "has LongRoPE positions" : "";
  }

  /**
   * Make the config of a model that lacks what a variant cuts.
   *
   * @return whether the FFN's width is worded as all engines read it
   */
  static boolean fill(ObjectNode root, ModelConfig c, Variant variant) {
    root.remove(FOREIGN);
    root.putArray("architectures").add("DeciLMForCausalLM");
    root.put("model_type", DeciExporter.FAMILY);
    root.putObject("auto_map")
        .put("AutoConfig", "configuration_decilm.DeciLMConfig")
        .put("AutoModelForCausalLM", "modeling_decilm.DeciLMForCausalLM");
    root.put("num_hidden_layers", c.blocks()).put("hidden_size", c.hidden());
    root.put("intermediate_size", c.ffn().intermediate()).put("hidden_act", "silu");
    root.put("num_attention_heads", c.attention().heads());
    root.put("num_key_value_heads", c.attention().kvHeads());
    root.put("head_dim", c.attention().headSize()).put("vocab_size", c.vocabulary());
    root.put("max_position_embeddings", c.context()).put("rms_norm_eps", c.norm().epsilon());
    root.put("attention_bias", c.attention().outputBias()).put("mlp_bias", c.ffn().bias());
    if (c.attention().qkvBias() != c.attention().outputBias()) {
      root.put("qkv_bias", c.attention().qkvBias());
    }
    root.put("tie_word_embeddings", c.ends().tiedHead());
    boolean inside =
        List.of("rope_scaling", "rope_parameters").stream()
            .anyMatch(key -> root.path(key).has("rope_theta"));
    if (!inside) {
      root.put("rope_theta", ((Rotary) c.positions()).base());
    }
    return blocks(root.putArray("block_configs"), c, variant);
  }

  private static boolean blocks(ArrayNode list, ModelConfig c, Variant variant) {
    double multiple = NasWidth.multiple(c.ffn().intermediate(), c.hidden());
    int group = c.attention().heads() / c.attention().kvHeads();
    for (int i = 0; i < c.blocks(); i++) {
      ObjectNode block = list.addObject();
      boolean attention = !variant.isCut(new Sublayer(i, SublayerKind.ATTENTION));
      boolean ffn = !variant.isCut(new Sublayer(i, SublayerKind.FFN));
      block
          .putObject("attention")
          .put("n_heads_in_group", attention ? group : null)
          .put("no_op", !attention)
          .put("replace_with_linear", false);
      ObjectNode entry = block.putObject("ffn");
      if (ffn && Double.isNaN(multiple)) {
        entry.put("intermediate_size", c.ffn().intermediate());
      } else {
        entry.put("ffn_mult", ffn ? (Double) multiple : null);
      }
      entry.put("no_op", !ffn).put("replace_with_linear", false);
    }
    return !Double.isNaN(multiple);
  }
}
