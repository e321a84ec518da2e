package dev.sluice.harness.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.model.ModelConfig.Activation;
import dev.sluice.harness.model.ModelConfig.Experts;
import dev.sluice.harness.model.ModelConfig.Positions;
import dev.sluice.harness.model.ModelConfig.RopeScaling;
import dev.sluice.harness.model.family.Family;
import dev.sluice.scorers.PrerequisiteException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What each family makes of its config.json, beyond what {@link ConfigReaderTest} checks for all. */
class FamilyConfigTest {
  static List<String> families() {
    return Family.NAMES;
  }

  @ParameterizedTest
  @MethodSource("families")
  void everyFamilyNamesATensorForEveryRole(String family) {
    for (Sublayer sublayer : read(family, c -> {}).sublayerList()) {
      assertThat(new WeightLayout(read(family, c -> {})).of(sublayer)).isNotEmpty();
    }
  }

  /** Published counts: of the model cards' safetensors, a tied head counted once. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "124439808; {'model_type': 'gpt2', 'vocab_size': 50257, 'n_embd': 768, 'n_layer': 12, 'n_head': 12}",
        "1414647808; {'model_type': 'gpt_neox', 'vocab_size': 50304, 'hidden_size': 2048, 'num_hidden_layers': 24, 'num_attention_heads': 16, 'intermediate_size': 8192, 'rotary_pct': 0.25}",
        "2506172416; {'model_type': 'gemma', 'vocab_size': 256000, 'hidden_size': 2048, 'num_hidden_layers': 18, 'num_attention_heads': 8, 'num_key_value_heads': 1, 'intermediate_size': 16384}",
        "2614341888; {'model_type': 'gemma2', 'vocab_size': 256000, 'hidden_size': 2304, 'num_hidden_layers': 26, 'num_attention_heads': 8, 'num_key_value_heads': 4, 'intermediate_size': 9216}",
        "3821079552; {'model_type': 'phi3', 'vocab_size': 32064, 'hidden_size': 3072, 'num_hidden_layers': 32, 'num_attention_heads': 32, 'intermediate_size': 8192}",
        "125239296; {'model_type': 'opt', 'vocab_size': 50272, 'hidden_size': 768, 'num_hidden_layers': 12, 'num_attention_heads': 12, 'ffn_dim': 3072, 'max_position_embeddings': 2048}",
        "7298617344; {'model_type': 'olmo2', 'vocab_size': 100352, 'hidden_size': 4096, 'num_hidden_layers': 32, 'num_attention_heads': 32, 'intermediate_size': 11008}",
        "46702792704; {'model_type': 'mixtral', 'vocab_size': 32000, 'hidden_size': 4096, 'num_hidden_layers': 32, 'num_attention_heads': 32, 'num_key_value_heads': 8, 'intermediate_size': 14336}",
        "30532122624; {'model_type': 'qwen3_moe', 'vocab_size': 151936, 'hidden_size': 2048, 'num_hidden_layers': 48, 'num_attention_heads': 32, 'num_key_value_heads': 4, 'head_dim': 128, 'intermediate_size': 6144, 'num_experts': 128, 'norm_topk_prob': true}"
      })
  void knownModelsHaveTheirNumberOfParameters(long parameters, String config) {
    assertThat(new WeightLayout(parse(config.replace('\'', '"'))).parameters())
        .isEqualTo(parameters);
  }

  @Test
  void gpt2TakesItsOwnKeysAndDefaults() {
    ModelConfig config =
        read("gpt2", c -> c.putNull("n_inner").put("activation_function", "gelu_new"));
    assertThat(config.ffn().intermediate()).isEqualTo(4 * config.hidden());
    assertThat(config.ffn().activation()).isEqualTo(Activation.GELU_TANH);
    assertThat(config.positions()).isEqualTo(new Positions.Learned(0));
    assertThat(config.norm().epsilon()).isEqualTo(1e-6);
    assertThat(read("gpt2", c -> c.remove("layer_norm_epsilon")).norm().epsilon()).isEqualTo(1e-5);
    assertThat(read("gpt2", c -> c.remove("tie_word_embeddings")).ends().tiedHead()).isTrue();
  }

  @Test
  void neoxRotatesAPartOfEachHeadInOldAndNewKeys() {
    Consumer<ObjectNode> old =
        c -> c.put("rotary_pct", 0.5).put("rotary_emb_base", 500).remove("rope_parameters");
    assertThat(read("gpt_neox", old).positions())
        .isEqualTo(new Positions.Rotary(500, new RopeScaling.None(), 4));
    assertThat(
            read("gpt_neox", c -> c.putObject("rope_parameters").put("partial_rotary_factor", 0.75))
                .positions())
        .isEqualTo(new Positions.Rotary(10_000, new RopeScaling.None(), 6));
    assertThat(read("gpt_neox", c -> {}).positions())
        .as("a quarter where nothing is stated")
        .isEqualTo(new Positions.Rotary(10_000, new RopeScaling.None(), 2));
    assertThat(read("gpt_neox", c -> {}).parallel()).isTrue();
    assertThat(read("gpt_neox", c -> c.put("use_parallel_residual", false)).parallel()).isFalse();
  }

  @Test
  void gemma2CapsAndSlidesInEveryOtherBlock() {
    OptionalInt window = OptionalInt.of(TinyCheckpoints.MISTRAL_WINDOW);
    ModelConfig config = read("gemma2", c -> {});
    assertThat(config.attention().windows()).containsExactly(window, OptionalInt.empty(), window);
    assertThat(config.attention().scale()).isEqualTo(1 / Math.sqrt(5));
    assertThat(config.attention().cap()).hasValue(1.5);
    assertThat(read("gemma2", c -> c.remove("attn_implementation")).attention().cap())
        .as("as transformers runs it")
        .isEmpty();
    Consumer<ObjectNode> silent =
        c -> c.without(List.of("attn_logit_softcapping", "final_logit_softcapping"));
    assertThat(read("gemma2", silent).attention().cap()).hasValue(50);
    assertThat(read("gemma2", silent).ends().logitCap()).hasValue(30);
    Consumer<ObjectNode> off = c -> c.putNull("attn_logit_softcapping");
    assertThat(read("gemma2", off).attention().cap()).isEmpty();
    assertThat(config.ends().embeddingScale()).isEqualTo(Math.sqrt(32));
  }

  @Test
  void phi3ReadsLongRope() {
    assertThat(read("phi3", FamilyConfigTest::longRope).positions())
        .isEqualTo(
            new Positions.Rotary(
                10_000,
                new RopeScaling.LongRope(
                    List.of(1.0, 1.5, 2.0, 3.0),
                    List.of(2.0, 4.0, 8.0, 16.0),
                    32,
                    Math.sqrt(1 + Math.log(4) / Math.log(32))),
                8));
    refused(
        "phi3",
        c -> longRope(c).put("partial_rotary_factor", 0.5),
        "short_factor is 'a list': must be a list of 2 finite numbers above 0");
  }

  private static ObjectNode longRope(ObjectNode config) {
    ObjectNode rope = config.put("original_max_position_embeddings", 32).putObject("rope_scaling");
    rope.put("type", "longrope");
    rope.putArray("short_factor").add(1.0).add(1.5).add(2.0).add(3.0);
    rope.putArray("long_factor").add(2.0).add(4.0).add(8.0).add(16.0);
    return config;
  }

  @Test
  void expertsAreInTheBlocksThatTheConfigSays() {
    assertThat(read("mixtral", c -> {}).ffn().experts())
        .contains(new Experts(4, 2, 48, true, List.of(0, 1, 2)));
    assertThat(read("qwen3_moe", c -> {}).ffn().experts())
        .contains(new Experts(6, 3, 20, true, List.of(1, 2)));
    assertThat(read("qwen3_moe", c -> c.put("decoder_sparse_step", 3)).ffn().experts())
        .contains(new Experts(6, 3, 20, true, List.of(2)));
    assertThat(read("qwen3_moe", c -> c.put("decoder_sparse_step", 4)).ffn().experts()).isEmpty();
    refused("mixtral", c -> c.put("num_experts_per_tok", 5), "must be at most the experts, 4");
    refused("qwen3_moe", c -> c.put("mlp_only_layers", 3), "must be a list of blocks");
    refused("mixtral", c -> c.put("num_local_experts", 1 << 20), "must be a whole number from 1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "gpt2; scale_attn_by_inverse_layer_idx; true; supported only with false",
        "gpt2; scale_attn_weights; false; supported only with true",
        "gpt2; reorder_and_upcast_attn; true; supported only with false",
        "gpt2; add_cross_attention; true; supported only with false",
        "opt; do_layer_norm_before; false; supported only with true",
        "opt; layer_norm_elementwise_affine; false; supported only with true",
        "opt; _remove_final_layer_norm; true; supported only with false",
        "opt; enable_bias; false; supported only with true",
        "gemma; use_bidirectional_attention; true; supported only with false",
        "gemma2; use_bidirectional_attention; true; supported only with false",
      })
  void whatAFamilyDoesNotSupportIsRefused(String family, String key, boolean value, String rule) {
    refused(family, c -> c.put(key, value), key + " is '" + value + "': " + family + " is " + rule);
  }

  @Test
  void projectedEmbeddingsOfOptAreRefused() {
    refused(
        "opt",
        c -> c.put("word_embed_proj_dim", 16),
        "word_embed_proj_dim is '16': opt is supported only with 32, its hidden_size."
            + " Use another model of the family");
  }

  private static void refused(String family, Consumer<ObjectNode> change, String message) {
    assertThatThrownBy(() -> read(family, change))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageStartingWith("config.json: ")
        .hasMessageContaining(message);
  }

  private static ModelConfig read(String family, Consumer<ObjectNode> change) {
    ObjectNode config = TinyCheckpoints.config(TinyCheckpoints.of(family));
    change.accept(config);
    return parse(config.toString());
  }

  private static ModelConfig parse(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    return new ConfigReader(StrictJson.tree(bytes, "config.json"), "config.json")
        .read(Dtype.FLOAT32);
  }
}
