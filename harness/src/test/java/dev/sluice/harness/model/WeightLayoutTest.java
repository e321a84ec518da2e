package dev.sluice.harness.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.harness.model.TinyCheckpoints.TinySpec;
import dev.sluice.harness.model.WeightLayout.Slot;
import dev.sluice.harness.model.WeightLayout.WeightRole;
import java.util.List;
import org.junit.jupiter.api.Test;

class WeightLayoutTest {

  @Test
  void attentionOfLlamaIsNormAndFourProjections() {
    String block = "model.layers.1.";
    assertThat(layout(TinyCheckpoints.llama()).of(Sublayer.parse("1.attention")))
        .containsExactly(
            new Slot(WeightRole.NORM, block + "input_layernorm.weight", List.of(32L)),
            new Slot(WeightRole.QUERY, block + "self_attn.q_proj.weight", List.of(32L, 32L)),
            new Slot(WeightRole.KEY, block + "self_attn.k_proj.weight", List.of(16L, 32L)),
            new Slot(WeightRole.VALUE, block + "self_attn.v_proj.weight", List.of(16L, 32L)),
            new Slot(WeightRole.OUTPUT, block + "self_attn.o_proj.weight", List.of(32L, 32L)));
  }

  @Test
  void ffnOfLlamaIsNormAndThreeProjections() {
    String block = "model.layers.2.";
    assertThat(layout(TinyCheckpoints.llama()).of(Sublayer.parse("2.ffn")))
        .containsExactly(
            new Slot(WeightRole.NORM, block + "post_attention_layernorm.weight", List.of(32L)),
            new Slot(WeightRole.GATE, block + "mlp.gate_proj.weight", List.of(48L, 32L)),
            new Slot(WeightRole.UP, block + "mlp.up_proj.weight", List.of(48L, 32L)),
            new Slot(WeightRole.DOWN, block + "mlp.down_proj.weight", List.of(32L, 48L)));
  }

  @Test
  void biasesAndHeadNormsAreAskedForWhereTheFamilyHasThem() {
    assertThat(roles(TinyCheckpoints.llama().withBiases(true), "0.attention"))
        .contains(
            WeightRole.QUERY_BIAS,
            WeightRole.KEY_BIAS,
            WeightRole.VALUE_BIAS,
            WeightRole.OUTPUT_BIAS);
    assertThat(roles(TinyCheckpoints.llama().withBiases(true), "0.ffn"))
        .contains(WeightRole.GATE_BIAS, WeightRole.UP_BIAS, WeightRole.DOWN_BIAS);
    assertThat(roles(TinyCheckpoints.qwen2(), "0.attention"))
        .contains(WeightRole.QUERY_BIAS)
        .doesNotContain(WeightRole.OUTPUT_BIAS, WeightRole.QUERY_NORM);
    assertThat(layout(TinyCheckpoints.qwen3()).of(Sublayer.parse("0.attention")))
        .contains(
            new Slot(WeightRole.QUERY_NORM, "model.layers.0.self_attn.q_norm.weight", List.of(16L)),
            new Slot(WeightRole.KEY_NORM, "model.layers.0.self_attn.k_norm.weight", List.of(16L)),
            new Slot(
                WeightRole.OUTPUT, "model.layers.0.self_attn.o_proj.weight", List.of(32L, 64L)));
  }

  @Test
  void tiedHeadIsTheEmbedding() {
    assertThat(layout(TinyCheckpoints.llama()).outside().stream().map(Slot::tensor))
        .containsExactly(
            "model.embed_tokens.weight", "model.norm.weight", "model.embed_tokens.weight");
    assertThat(layout(TinyCheckpoints.mistral()).outside().getLast())
        .isEqualTo(new Slot(WeightRole.HEAD, "lm_head.weight", List.of(264L, 32L)));
  }

  @Test
  void tiedHeadCountsOnce() {
    long tied = layout(TinyCheckpoints.llama()).parameters();
    long untied = layout(TinyCheckpoints.llama().withTied(false)).parameters();
    assertThat(untied - tied).isEqualTo(264 * 32);
    long attention = 32 + 32 * 32 * 2 + 16 * 32 * 2;
    long ffn = 32 + 3 * 48 * 32;
    assertThat(tied).isEqualTo(3 * (attention + ffn) + 264 * 32 + 32);
    assertThat(layout(TinyCheckpoints.llama()).parameters(Sublayer.parse("0.ffn"))).isEqualTo(ffn);
  }

  @Test
  void sublayerBeyondTheModelIsAProgrammingError() {
    assertThatThrownBy(() -> layout(TinyCheckpoints.llama()).of(Sublayer.parse("3.ffn")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3.ffn: the model has 3 blocks");
  }

  private static List<WeightRole> roles(TinySpec spec, String sublayer) {
    return layout(spec).of(Sublayer.parse(sublayer)).stream().map(Slot::role).toList();
  }

  private static WeightLayout layout(TinySpec spec) {
    return new WeightLayout(
        new ConfigReader(TinyCheckpoints.config(spec), "config.json").read(spec.dtype()));
  }
}
