package dev.sluice.harness.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.sluice.harness.model.ModelConfig.Activation;
import dev.sluice.harness.model.ModelConfig.Attention;
import dev.sluice.harness.model.ModelConfig.Ends;
import dev.sluice.harness.model.ModelConfig.Experts;
import dev.sluice.harness.model.ModelConfig.FeedForward;
import dev.sluice.harness.model.ModelConfig.Norm;
import dev.sluice.harness.model.ModelConfig.NormKind;
import dev.sluice.harness.model.ModelConfig.NormPlace;
import dev.sluice.harness.model.ModelConfig.Positions;
import dev.sluice.harness.model.ModelConfig.QueryKeyNorm;
import dev.sluice.harness.model.family.Family;
import dev.sluice.harness.model.family.Setting;
import dev.sluice.scorers.PrerequisiteException;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/** Reads a config.json of the supported families into a {@link ModelConfig}, with every value checked. */
final class ConfigReader {
  private static final int MAX_BLOCKS = 10_000;
  private static final int MAX_WIDTH = 1 << 24;

  /** Elements of one matrix; ten thousand blocks of such still count in a long. */
  private static final long MAX_ELEMENTS = 1L << 40;

  private static final String FOUR_TIMES_HIDDEN = "4*hidden";

  private final ConfigValues values;
  private final Family family;

  ConfigReader(JsonNode root, String file) {
    values = new ConfigValues(root, file, "");
    String type =
        values
            .text("model_type")
            .orElseThrow(() ->
                new PrerequisiteException(
                    file + ": model_type is missing: it must be one of " + families()));
    if (!Family.NAMES.contains(type)) {
      throw values.wrong("model_type", "supported are " + families());
    }
    family = Family.of(type);
    if (values.has("quantization_config")) {
      String method =
          values.node().path("quantization_config").path("quant_method").asText("unknown");
      throw new PrerequisiteException(
          file
              + ": quantization_config is present (method "
              + StrictJson.quote(method)
              + "): packed weights cannot be read. Use the checkpoint in float32, bfloat16 or float16");
    }
  }

  /** Whether the config says in which type the weights are stored. */
  boolean statesDtype() {
    return values.has("dtype") || values.has("torch_dtype");
  }

  /** The configuration; {@code unstated} stands in where {@link #statesDtype()} is false. */
  ModelConfig read(Dtype unstated) {
    requireSupported();
    int blocks = values.whole(family.setting("blocks"), MAX_BLOCKS);
    int hidden = values.whole(family.setting("hidden"), MAX_WIDTH);
    int vocabulary = values.whole(family.setting("vocabulary"), MAX_WIDTH);
    requireElements("vocabulary", (long) hidden * vocabulary);
    int context = values.whole(family.setting("context"), Integer.MAX_VALUE);
    if (family.word("positions").equals("learned")) {
      requireElements("context", (long) hidden * context);
    }
    BlockReader block = new BlockReader(values, family, blocks);
    Attention attention = attention(hidden, block);
    return new ModelConfig(
        family.name(),
        blocks,
        hidden,
        vocabulary,
        context,
        norm(),
        attention,
        feedForward(hidden, block),
        positions(context, attention.headSize()),
        values.flag(family.setting("parallel")),
        ends(hidden),
        dtype(unstated));
  }

  /** Sublayers that the config says the model lacks. */
  Set<Sublayer> absent() {
    int blocks = values.whole(family.setting("blocks"), MAX_BLOCKS);
    return new BlockReader(values, family, blocks).absent();
  }

  private void requireSupported() {
    family
        .required()
        .forEach((key, only) -> {
          JsonNode found = values.node().path(key);
          boolean same = only.startsWith("$");
          JsonNode wanted = same ? values.node().path(only.substring(1)) : new TextNode(only);
          if (values.has(key) && !found.asText().equals(wanted.asText())) {
            throw values.wrong(
                key,
                family.name()
                    + " is supported only with "
                    + wanted.asText()
                    + (same ? ", its " + only.substring(1) : "")
                    + ". Use another model of the family");
          }
        });
  }

  private Norm norm() {
    NormKind kind =
        switch (family.word("norm")) {
          case "rms" -> NormKind.RMS;
          case "rms-plus-one" -> NormKind.RMS_PLUS_ONE;
          case "layer" -> NormKind.LAYER;
          default -> throw unknown("norm");
        };
    NormPlace place =
        switch (family.word("norm-place")) {
          case "before" -> NormPlace.BEFORE;
          case "after" -> NormPlace.AFTER;
          case "around" -> NormPlace.AROUND;
          default -> throw unknown("norm-place");
        };
    double epsilon = values.number(family.setting("norm-epsilon"));
    if (epsilon >= 1) {
      throw values.wrong(values.key(family.setting("norm-epsilon")), "must be below 1");
    }
    return new Norm(kind, place, epsilon);
  }

  private Attention attention(int hidden, BlockReader block) {
    int heads = values.whole(family.setting("heads"), MAX_WIDTH);
    int headSize = headSize(hidden, heads);
    requireElements("heads", (long) hidden * heads * headSize);
    QueryKeyNorm queryKeyNorm =
        switch (family.word("query-key-norm")) {
          case "none" -> QueryKeyNorm.NONE;
          case "head" -> QueryKeyNorm.HEAD;
          case "whole" -> QueryKeyNorm.WHOLE;
          default -> throw unknown("query-key-norm");
        };
    double scale = values.optionalNumber(family.setting("query-scale")).orElse(headSize);
    return new Attention(
        heads,
        kvHeads(heads),
        headSize,
        values.flag(family.setting("qkv-bias")),
        values.flag(family.setting("output-bias")),
        queryKeyNorm,
        1 / Math.sqrt(scale),
        attentionCap(),
        block.windows());
  }

  /**
   * transformers caps scores in its eager attention alone. It takes the fused one, without the cap, unless
   * it is told otherwise, and so do we: its logits are what others compare with.
   */
  private OptionalDouble attentionCap() {
    boolean eager =
        Stream.of("attn_implementation", "_attn_implementation")
            .anyMatch(key -> values.text(key).equals(Optional.of("eager")));
    return eager ? values.optionalNumber(family.setting("attention-cap")) : OptionalDouble.empty();
  }

  private int kvHeads(int heads) {
    OptionalInt stated = values.optionalWhole(family.setting("kv-heads"), MAX_WIDTH);
    if (heads % stated.orElse(heads) != 0) {
      throw values.wrong(
          values.key(family.setting("kv-heads")),
          "must divide " + values.key(family.setting("heads")) + ", " + heads);
    }
    return stated.orElse(heads);
  }

  private int headSize(int hidden, int heads) {
    Setting setting = family.setting("head-size");
    OptionalInt stated = values.optionalWhole(setting, MAX_WIDTH);
    String key = values.key(family.setting("heads"));
    if (stated.isEmpty() && hidden % heads != 0) {
      throw values.wrong(
          key,
          "must divide "
              + values.key(family.setting("hidden"))
              + ", "
              + hidden
              + (setting.keys().isEmpty() ? "" : ", where head_dim is absent"));
    }
    int headSize = stated.orElse(hidden / heads);
    if ((long) heads * headSize > MAX_WIDTH) {
      throw values.wrong(key, "times head_dim must be at most " + MAX_WIDTH);
    }
    return headSize;
  }

  private FeedForward feedForward(int hidden, BlockReader block) {
    int intermediate = intermediate(hidden);
    requireElements("intermediate", (long) hidden * intermediate);
    Optional<Experts> experts = block.experts(MAX_WIDTH);
    experts.ifPresent(
        e -> requireElements("experts-intermediate", (long) e.count() * e.intermediate() * hidden));
    return new FeedForward(
        intermediate,
        activation(),
        values.flag(family.setting("gated")),
        values.flag(family.setting("ffn-bias")),
        experts);
  }

  private int intermediate(int hidden) {
    Setting setting = family.setting("intermediate");
    boolean derived = setting.otherwise().filter(FOUR_TIMES_HIDDEN::equals).isPresent();
    return derived && !values.has(values.key(setting))
        ? Math.multiplyExact(4, hidden)
        : values.whole(setting, MAX_WIDTH);
  }

  private Activation activation() {
    Setting setting = family.setting("activation");
    return switch (values.text(setting)) {
      case "silu" -> Activation.SILU;
      case "gelu" -> Activation.GELU;
      case "gelu_new", "gelu_pytorch_tanh", "gelu_fast" -> Activation.GELU_TANH;
      case "relu" -> Activation.RELU;
      default ->
          throw values.wrong(
              values.key(setting),
              "supported are silu, gelu, gelu_new, gelu_pytorch_tanh, gelu_fast, relu");
    };
  }

  private Positions positions(int context, int headSize) {
    return switch (family.word("positions")) {
      case "rotary" -> new RopeReader(values, family, context, headSize).read();
      case "learned" -> new Positions.Learned(Integer.parseInt(family.word("position-offset")));
      default -> throw unknown("positions");
    };
  }

  private Ends ends(int hidden) {
    double scale =
        switch (family.word("embedding-scale")) {
          case "one" -> 1;
          case "root-of-hidden" -> Math.sqrt(hidden);
          default -> throw unknown("embedding-scale");
        };
    return new Ends(
        values.flag(family.setting("tied-head")),
        scale,
        values.optionalNumber(family.setting("logit-cap")));
  }

  private IllegalStateException unknown(String term) {
    return new IllegalStateException(
        family.name() + ": " + term + " is '" + family.word(term) + "'");
  }

  private Dtype dtype(Dtype unstated) {
    if (!statesDtype()) {
      return unstated;
    }
    String key = values.has("dtype") ? "dtype" : "torch_dtype";
    String name = values.text(key).orElseThrow().replace("torch.", "");
    return Dtype.byId(name)
        .orElseThrow(
            () -> values.wrong(key, "unknown dtype, supported are float32, bfloat16, float16"));
  }

  private void requireElements(String term, long elements) {
    if (elements > MAX_ELEMENTS) {
      throw values.wrong(
          values.key(family.setting(term)),
          "gives a matrix of " + elements + " elements, at most " + MAX_ELEMENTS + " are read");
    }
  }

  private static String families() {
    return String.join(", ", Family.NAMES);
  }
}
