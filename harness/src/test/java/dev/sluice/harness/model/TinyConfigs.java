package dev.sluice.harness.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.model.TinyCheckpoints.TinySpec;
import dev.sluice.harness.model.family.Family;
import java.util.stream.IntStream;

/** Writes the config.json of small checkpoints, as each family words it. */
final class TinyConfigs {
  private static final ObjectMapper JSON = new ObjectMapper();

  private TinyConfigs() {}

  static ObjectNode of(TinySpec spec) {
    ObjectNode config = JSON.createObjectNode();
    Family family = Family.of(spec.family());
    config.putArray("architectures").add(architecture(spec.family()));
    config.put("bos_token_id", 0).put("eos_token_id", 1);
    config.put("dtype", spec.dtype().id());
    put(config, family, "head-size", spec.headSize());
    put(config, family, "hidden", spec.hidden());
    put(config, family, "intermediate", spec.intermediate());
    put(config, family, "context", 128);
    config.put("model_type", spec.family());
    put(config, family, "heads", spec.heads());
    put(config, family, "blocks", spec.blocks());
    put(config, family, "kv-heads", spec.kvHeads());
    put(config, family, "vocabulary", spec.vocabulary());
    config.put("tie_word_embeddings", spec.tied());
    if (family.word("positions").equals("rotary")) {
      config.putObject("rope_parameters").put("rope_theta", 10000.0).put("rope_type", "default");
    }
    String epsilon = family.setting("norm-epsilon").keys().stream().findFirst().orElse("unused");
    config.put(epsilon, 1e-6);
    own(config, spec);
    return config;
  }

  private static void put(ObjectNode config, Family family, String term, int value) {
    family.setting(term).keys().stream().findFirst().ifPresent(key -> config.put(key, value));
  }

  private static void own(ObjectNode config, TinySpec spec) {
    switch (spec.family()) {
      case "llama" ->
          config
              .put("hidden_act", "silu")
              .put("attention_bias", spec.biases())
              .put("mlp_bias", spec.biases());
      case "nemotron-nas" ->
          IntStream.range(0, spec.blocks())
              .forEach(i -> config.withArray("block_configs").addObject());
      case "mistral" ->
          config.put("hidden_act", "silu").put("sliding_window", TinyCheckpoints.MISTRAL_WINDOW);
      case "qwen2" -> config.put("hidden_act", "silu").put("use_sliding_window", false);
      case "qwen3" ->
          config
              .put("hidden_act", "silu")
              .put("attention_bias", spec.biases())
              .put("use_sliding_window", false);
      case "gemma2" ->
          config
              .put("attn_logit_softcapping", 1.5)
              .put("attn_implementation", "eager")
              .put("final_logit_softcapping", 3)
              .put("query_pre_attn_scalar", 5)
              .put("sliding_window", TinyCheckpoints.MISTRAL_WINDOW);
      case "phi3" -> config.put("sliding_window", TinyCheckpoints.MISTRAL_WINDOW);
      case "mixtral" -> config.put("num_local_experts", 4).put("num_experts_per_tok", 2);
      case "qwen3_moe" ->
          config
              .put("num_experts", 6)
              .put("num_experts_per_tok", 3)
              .put("moe_intermediate_size", 20)
              .put("norm_topk_prob", true)
              .putArray("mlp_only_layers")
              .add(0);
      default -> {}
    }
  }

  private static String architecture(String family) {
    return Character.toUpperCase(family.charAt(0)) + family.substring(1) + "ForCausalLM";
  }
}
