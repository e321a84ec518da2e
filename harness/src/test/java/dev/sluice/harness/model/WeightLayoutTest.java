package dev.sluice.harness.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.harness.model.TinyCheckpoints.TinySpec;
import dev.sluice.harness.model.WeightLayout.Part;
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
  void fusedTensorsGiveEachRoleItsRows() {
    assertThat(layout(TinyCheckpoints.of("gpt2")).of(Sublayer.parse("1.attention")))
        .contains(
            new Slot(
                WeightRole.VALUE,
                "transformer.h.1.attn.c_attn.weight",
                List.of(32L, 96L),
                new Part(true, 1, 64, 32)),
            new Slot(
                WeightRole.KEY_BIAS,
                "transformer.h.1.attn.c_attn.bias",
                List.of(96L),
                new Part(false, 1, 32, 32)));
    assertThat(layout(TinyCheckpoints.of("gpt_neox")).of(Sublayer.parse("0.attention")))
        .as("four heads of 8, each with its q, k and v")
        .contains(
            new Slot(
                WeightRole.KEY,
                "gpt_neox.layers.0.attention.query_key_value.weight",
                List.of(96L, 32L),
                new Part(false, 4, 8, 8)));
    assertThat(layout(TinyCheckpoints.of("phi3")).of(Sublayer.parse("0.attention")))
        .as("two key heads")
        .contains(
            new Slot(
                WeightRole.VALUE,
                "model.layers.0.self_attn.qkv_proj.weight",
                List.of(64L, 32L),
                new Part(false, 1, 48, 16)));
    assertThat(layout(TinyCheckpoints.of("phi3")).of(Sublayer.parse("0.ffn")))
        .contains(
            new Slot(
                WeightRole.UP,
                "model.layers.0.mlp.gate_up_proj.weight",
                List.of(96L, 32L),
                new Part(false, 1, 48, 48)));
  }

  @Test
  void blocksWithAndWithoutExpertsAreCountedAsTheyAre() {
    WeightLayout layout = layout(TinyCheckpoints.of("qwen3_moe"));
    long dense = 32 + 3 * 48 * 32;
    long mixed = 32 + 6 * 32 + 6 * 3 * 20 * 32;
    assertThat(layout.parameters(Sublayer.parse("0.ffn"))).isEqualTo(dense);
    assertThat(layout.parameters(Sublayer.parse("1.ffn"))).isEqualTo(mixed);
    assertThat(layout.parameters())
        .isEqualTo(layout.all().mapToLong(Slot::elements).sum())
        .isEqualTo(
            dense
                + 2 * mixed
                + 3 * layout.parameters(Sublayer.parse("0.attention"))
                + 2 * 264 * 32
                + 32);
    assertThat(layout.of(Sublayer.parse("2.ffn")))
        .contains(
            new Slot(
                WeightRole.DOWN,
                "model.layers.2.mlp.experts.5.down_proj.weight",
                List.of(32L, 20L)));
  }

  @Test
  void normsBehindASublayerBelongToIt() {
    assertThat(roles(TinyCheckpoints.of("gemma2"), "0.ffn"))
        .startsWith(WeightRole.NORM)
        .endsWith(WeightRole.POST_NORM);
    assertThat(roles(TinyCheckpoints.of("olmo2"), "0.attention"))
        .endsWith(WeightRole.POST_NORM)
        .doesNotContain(WeightRole.NORM);
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
