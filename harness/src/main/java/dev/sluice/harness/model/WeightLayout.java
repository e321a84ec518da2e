package dev.sluice.harness.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The tensors that each part of a model needs: their names in a checkpoint and their shapes. */
public final class WeightLayout {
  private final ModelConfig config;

  /** What a tensor is for. Linear weights are {@code [outputs, inputs]}. */
  public enum WeightRole {
    /** Of the sublayer's own norm. */
    NORM,
    QUERY,
    KEY,
    VALUE,
    OUTPUT,
    QUERY_BIAS,
    KEY_BIAS,
    VALUE_BIAS,
    OUTPUT_BIAS,
    /** One weight per element of a head, shared by all heads. */
    QUERY_NORM,
    /** One weight per element of a head, shared by all heads. */
    KEY_NORM,
    GATE,
    UP,
    DOWN,
    GATE_BIAS,
    UP_BIAS,
    DOWN_BIAS,
    EMBEDDING,
    FINAL_NORM,
    HEAD
  }

  /** One tensor that is needed. */
  public record Slot(WeightRole role, String tensor, List<Long> shape) {

    public Slot {
      shape = List.copyOf(shape);
    }

    public long elements() {
      return shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
    }
  }

  public WeightLayout(ModelConfig config) {
    this.config = config;
  }

  /** What one sublayer needs, its norm first. */
  public List<Slot> of(Sublayer sublayer) {
    if (sublayer.block() >= config.blocks()) {
      throw new IllegalArgumentException(
          sublayer + ": the model has " + config.blocks() + " blocks");
    }
    return switch (sublayer.kind()) {
      case ATTENTION -> attention("model.layers." + sublayer.block() + ".");
      case FFN -> ffn("model.layers." + sublayer.block() + ".");
    };
  }

  /** What lies outside the sublayers: embedding, final norm, head. A tied head names the embedding. */
  public List<Slot> outside() {
    Slot embedding =
        slot(
            WeightRole.EMBEDDING,
            "model.embed_tokens.weight",
            config.vocabulary(),
            config.hidden());
    String head = config.tiedHead() ? embedding.tensor() : "lm_head.weight";
    return List.of(
        embedding,
        slot(WeightRole.FINAL_NORM, "model.norm.weight", config.hidden()),
        slot(WeightRole.HEAD, head, config.vocabulary(), config.hidden()));
  }

  /** Number of parameters of one sublayer, its norm included. */
  public long parameters(Sublayer sublayer) {
    return of(sublayer).stream().mapToLong(Slot::elements).sum();
  }

  /** Number of parameters of the whole model; a tied head counts once. */
  public long parameters() {
    // Blocks of one model are alike.
    long block = config.sublayerList().stream().limit(2).mapToLong(this::parameters).sum();
    long head = config.tiedHead() ? (long) config.vocabulary() * config.hidden() : 0;
    return block * config.blocks() + outside().stream().mapToLong(Slot::elements).sum() - head;
  }

  /** All that is needed, embedding first; a tensor may appear in two roles. */
  Stream<Slot> all() {
    return Stream.concat(
        outside().stream(), config.sublayerList().stream().flatMap(s -> of(s).stream()));
  }

  private List<Slot> attention(String block) {
    String attention = block + "self_attn.";
    int queries = config.heads() * config.headSize();
    int keys = config.kvHeads() * config.headSize();
    List<Slot> slots = new ArrayList<>();
    slots.add(slot(WeightRole.NORM, block + "input_layernorm.weight", config.hidden()));
    slots.add(slot(WeightRole.QUERY, attention + "q_proj.weight", queries, config.hidden()));
    slots.add(slot(WeightRole.KEY, attention + "k_proj.weight", keys, config.hidden()));
    slots.add(slot(WeightRole.VALUE, attention + "v_proj.weight", keys, config.hidden()));
    slots.add(slot(WeightRole.OUTPUT, attention + "o_proj.weight", config.hidden(), queries));
    if (config.qkvBias()) {
      slots.add(slot(WeightRole.QUERY_BIAS, attention + "q_proj.bias", queries));
      slots.add(slot(WeightRole.KEY_BIAS, attention + "k_proj.bias", keys));
      slots.add(slot(WeightRole.VALUE_BIAS, attention + "v_proj.bias", keys));
    }
    if (config.outputBias()) {
      slots.add(slot(WeightRole.OUTPUT_BIAS, attention + "o_proj.bias", config.hidden()));
    }
    if (config.qkNorm()) {
      slots.add(slot(WeightRole.QUERY_NORM, attention + "q_norm.weight", config.headSize()));
      slots.add(slot(WeightRole.KEY_NORM, attention + "k_norm.weight", config.headSize()));
    }
    return List.copyOf(slots);
  }

  private List<Slot> ffn(String block) {
    String ffn = block + "mlp.";
    int hidden = config.hidden();
    int inner = config.intermediate();
    List<Slot> slots = new ArrayList<>();
    slots.add(slot(WeightRole.NORM, block + "post_attention_layernorm.weight", hidden));
    slots.add(slot(WeightRole.GATE, ffn + "gate_proj.weight", inner, hidden));
    slots.add(slot(WeightRole.UP, ffn + "up_proj.weight", inner, hidden));
    slots.add(slot(WeightRole.DOWN, ffn + "down_proj.weight", hidden, inner));
    if (config.ffnBias()) {
      slots.add(slot(WeightRole.GATE_BIAS, ffn + "gate_proj.bias", inner));
      slots.add(slot(WeightRole.UP_BIAS, ffn + "up_proj.bias", inner));
      slots.add(slot(WeightRole.DOWN_BIAS, ffn + "down_proj.bias", hidden));
    }
    return List.copyOf(slots);
  }

  private static Slot slot(WeightRole role, String tensor, long... shape) {
    return new Slot(role, tensor, Arrays.stream(shape).boxed().toList());
  }
}
