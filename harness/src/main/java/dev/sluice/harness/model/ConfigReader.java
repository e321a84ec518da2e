package dev.sluice.harness.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.harness.model.ModelConfig.Activation;
import dev.sluice.scorers.PrerequisiteException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Reads a config.json of the supported families into a {@link ModelConfig}, with every value checked. */
final class ConfigReader {
  static final List<String> FAMILIES = List.of("llama", "mistral", "qwen2", "qwen3");

  private static final int MAX_BLOCKS = 10_000;
  private static final int MAX_WIDTH = 1 << 24;

  /** Elements of one matrix; ten thousand blocks of such still count in a long. */
  private static final long MAX_ELEMENTS = 1L << 40;

  private static final int DEFAULT_WINDOW = 4096;
  private static final int DEFAULT_MAX_WINDOW_LAYERS = 28;

  private final ConfigValues values;
  private final String family;

  ConfigReader(JsonNode root, String file) {
    values = new ConfigValues(root, file, "");
    family =
        values
            .text("model_type")
            .orElseThrow(() ->
                new PrerequisiteException(
                    file + ": model_type is missing: it must be one of " + families()));
    if (!FAMILIES.contains(family)) {
      throw values.wrong("model_type", "supported are " + families());
    }
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
    int hidden = values.whole("hidden_size", MAX_WIDTH);
    int heads = values.whole("num_attention_heads", MAX_WIDTH);
    int headSize = headSize(hidden, heads);
    int blocks = values.whole("num_hidden_layers", MAX_BLOCKS);
    int intermediate = values.whole("intermediate_size", MAX_WIDTH);
    int vocabulary = values.whole("vocab_size", MAX_WIDTH);
    int context = values.whole("max_position_embeddings", Integer.MAX_VALUE, defaultContext());
    requireElements("intermediate_size", (long) hidden * intermediate);
    requireElements("vocab_size", (long) hidden * vocabulary);
    requireElements("num_attention_heads", (long) hidden * heads * headSize);
    RopeReader.Rope rope = RopeReader.read(values, context, headSize);
    boolean attentionBias =
        (family.equals("llama") || family.equals("qwen3")) && values.flag("attention_bias", false);
    return new ModelConfig(
        family,
        blocks,
        hidden,
        heads,
        kvHeads(heads),
        headSize,
        intermediate,
        vocabulary,
        context,
        normEpsilon(),
        activation(),
        attentionBias || family.equals("qwen2"),
        attentionBias,
        family.equals("llama") && values.flag("mlp_bias", false),
        family.equals("qwen3"),
        values.flag("tie_word_embeddings", false),
        rope.base(),
        rope.scaling(),
        windows(blocks),
        dtype(unstated));
  }

  private int kvHeads(int heads) {
    int kvHeads = values.whole("num_key_value_heads", MAX_WIDTH, heads);
    if (heads % kvHeads != 0) {
      throw values.wrong("num_key_value_heads", "must divide num_attention_heads, " + heads);
    }
    return kvHeads;
  }

  private int headSize(int hidden, int heads) {
    boolean derived = values.states("head_dim") || !family.equals("qwen3");
    if (!values.has("head_dim") && derived && hidden % heads != 0) {
      throw values.wrong(
          "num_attention_heads",
          "must divide hidden_size, " + hidden + ", where head_dim is absent");
    }
    int headSize = values.whole("head_dim", MAX_WIDTH, derived ? hidden / heads : 128);
    if (headSize % 2 != 0) {
      throw new PrerequisiteException(
          values.file()
              + ": heads are "
              + headSize
              + " wide (head_dim, or hidden_size over num_attention_heads): rotary positions need an"
              + " even width");
    }
    if ((long) heads * headSize > MAX_WIDTH) {
      throw values.wrong("num_attention_heads", "times head_dim must be at most " + MAX_WIDTH);
    }
    return headSize;
  }

  private int defaultContext() {
    return switch (family) {
      case "llama" -> 2048;
      case "mistral" -> 131_072;
      default -> 32_768;
    };
  }

  private double normEpsilon() {
    double epsilon = values.number("rms_norm_eps", 1e-6);
    if (epsilon >= 1) {
      throw values.wrong("rms_norm_eps", "must be below 1");
    }
    return epsilon;
  }

  private Activation activation() {
    return switch (values.text("hidden_act").orElse("silu")) {
      case "silu" -> Activation.SILU;
      case "gelu" -> Activation.GELU;
      case "gelu_new", "gelu_pytorch_tanh" -> Activation.GELU_TANH;
      default ->
          throw values.wrong("hidden_act", "supported are silu, gelu, gelu_new, gelu_pytorch_tanh");
    };
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

  private List<OptionalInt> windows(int blocks) {
    OptionalInt window = window();
    List<Boolean> sliding = sliding(blocks, window);
    if (window.isEmpty() && sliding.contains(true)) {
      throw values.wrong(
          "layer_types", "names sliding_attention, so sliding_window must be given and in use");
    }
    return sliding.stream().map(slides -> slides ? window : OptionalInt.empty()).toList();
  }

  /** The window where one is in use; transformers' default where the key itself is absent. */
  private OptionalInt window() {
    boolean used =
        switch (family) {
          case "llama" -> false;
          case "mistral" -> true;
          default -> values.flag("use_sliding_window", false);
        };
    if (!used) {
      return OptionalInt.empty();
    }
    return values.states("sliding_window")
        ? values.optionalWhole("sliding_window", Integer.MAX_VALUE)
        : OptionalInt.of(DEFAULT_WINDOW);
  }

  private List<Boolean> sliding(int blocks, OptionalInt window) {
    if (values.has("layer_types") && !family.equals("llama")) {
      return slidingByType(blocks);
    }
    int from =
        family.equals("mistral")
            ? 0
            : values
                .wholeFrom("max_window_layers", 0, Integer.MAX_VALUE)
                .orElse(DEFAULT_MAX_WINDOW_LAYERS);
    return IntStream.range(0, blocks).mapToObj(i -> window.isPresent() && i >= from).toList();
  }

  private List<Boolean> slidingByType(int blocks) {
    JsonNode types = values.node().get("layer_types");
    if (!types.isArray() || types.size() != blocks) {
      throw values.wrong("layer_types", "must be a list of " + blocks + ", one for each block");
    }
    List<Boolean> sliding = new ArrayList<>();
    for (JsonNode type : types) {
      switch (type.asText()) {
        case "sliding_attention" -> sliding.add(true);
        case "full_attention" -> sliding.add(false);
        default ->
            throw new PrerequisiteException(
                values.file()
                    + ": layer_types names "
                    + StrictJson.quote(type.asText())
                    + ": supported are full_attention and sliding_attention");
      }
    }
    return sliding;
  }

  private void requireElements(String key, long elements) {
    if (elements > MAX_ELEMENTS) {
      throw values.wrong(
          key,
          "gives a matrix of " + elements + " elements, at most " + MAX_ELEMENTS + " are read");
    }
  }

  private static String families() {
    return String.join(", ", FAMILIES);
  }
}
