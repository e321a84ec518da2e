package dev.sluice.harness.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.model.ModelConfig.Activation;
import dev.sluice.harness.model.ModelConfig.Positions;
import dev.sluice.harness.model.ModelConfig.QueryKeyNorm;
import dev.sluice.harness.model.ModelConfig.RopeScaling;
import dev.sluice.harness.model.TinyCheckpoints.TinySpec;
import dev.sluice.scorers.PrerequisiteException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ConfigReaderTest {
  private static final OptionalInt NONE = OptionalInt.empty();

  @Test
  void llamaInTheStyleOfTransformersFive() {
    ModelConfig config = read(TinyCheckpoints.llama(), c -> {});
    assertThat(config)
        .isEqualTo(
            new ModelConfig(
                "llama",
                3,
                32,
                264,
                128,
                new ModelConfig.Norm(ModelConfig.NormKind.RMS, ModelConfig.NormPlace.BEFORE, 1e-6),
                new ModelConfig.Attention(
                    4,
                    2,
                    8,
                    false,
                    false,
                    ModelConfig.QueryKeyNorm.NONE,
                    1 / Math.sqrt(8),
                    OptionalDouble.empty(),
                    List.of(NONE, NONE, NONE)),
                new ModelConfig.FeedForward(48, Activation.SILU, true, false, Optional.empty()),
                new ModelConfig.Positions.Rotary(10_000, new RopeScaling.None(), 8),
                false,
                new ModelConfig.Ends(true, 1, OptionalDouble.empty()),
                Dtype.FLOAT32));
  }

  @Test
  void llamaInTheOldStyle() {
    ModelConfig config =
        parse(
            """
            {"model_type": "llama", "hidden_size": 4096, "intermediate_size": 14336,
             "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8,
             "vocab_size": 128256, "max_position_embeddings": 131072, "rms_norm_eps": 1e-05,
             "rope_theta": 500000.0, "torch_dtype": "bfloat16", "tie_word_embeddings": false,
             "rope_scaling": {"factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
               "original_max_position_embeddings": 8192, "rope_type": "llama3"}}
            """);
    assertThat(config.attention().headSize()).isEqualTo(128);
    assertThat(rotary(config).base()).isEqualTo(500_000);
    assertThat(rotary(config).scaling()).isEqualTo(new RopeScaling.Llama3(8, 1, 4, 8192));
    assertThat(config.storedDtype()).isEqualTo(Dtype.BFLOAT16);
    assertThat(config.norm().epsilon()).isEqualTo(1e-5);
    assertThat(new WeightLayout(config).parameters()).as("Llama 3 8B").isEqualTo(8_030_261_248L);
  }

  @Test
  void missingKeysTakeTheDefaultsOfTransformers() {
    ModelConfig config =
        parse(
            """
            {"model_type": "llama", "hidden_size": 32, "intermediate_size": 48, "vocab_size": 9,
             "num_hidden_layers": 1, "num_attention_heads": 4, "head_dim": null}
            """);
    assertThat(config.attention().kvHeads()).isEqualTo(4);
    assertThat(config.attention().headSize()).isEqualTo(8);
    assertThat(config.norm().epsilon()).isEqualTo(1e-6);
    assertThat(rotary(config).base()).isEqualTo(10_000);
    assertThat(config.context()).isEqualTo(2048);
    assertThat(config.ends().tiedHead()).isFalse();
    assertThat(config.ffn().activation()).isEqualTo(Activation.SILU);
    assertThat(config.storedDtype()).as("what stands in").isEqualTo(Dtype.FLOAT16);
  }

  @Test
  void requiredKeysAreNamed() {
    for (String key :
        List.of(
            "hidden_size",
            "intermediate_size",
            "vocab_size",
            "num_hidden_layers",
            "num_attention_heads",
            "model_type")) {
      refused(c -> c.remove(key), key + " is missing");
      refused(c -> c.putNull(key), key + " is missing");
    }
  }

  @Test
  void otherFamiliesAreRefusedWithTheSupportedOnes() {
    refused(
        c -> c.put("model_type", "gemma3_text"),
        "model_type is 'gemma3_text': supported are llama, mistral, qwen2, qwen3, gpt2, gpt_neox,"
            + " gemma, gemma2, phi3, opt, olmo2, mixtral, qwen3_moe");
  }

  @Test
  void biasesFollowTheFamily() {
    ModelConfig llama = read(TinyCheckpoints.llama().withBiases(true), c -> {});
    assertThat(biases(llama)).containsExactly(true, true, true);
    assertThat(llama.attention().queryKeyNorm()).isEqualTo(QueryKeyNorm.NONE);
    ModelConfig mistral =
        read(TinyCheckpoints.mistral(), c -> c.put("attention_bias", true).put("mlp_bias", true));
    assertThat(biases(mistral))
        .as("Mistral has none, whatever is stated")
        .containsExactly(false, false, false);
    ModelConfig qwen2 = read(TinyCheckpoints.qwen2(), c -> {});
    assertThat(biases(qwen2)).containsExactly(true, false, false);
    assertThat(qwen2.attention().queryKeyNorm()).isEqualTo(QueryKeyNorm.NONE);
    ModelConfig qwen3 = read(TinyCheckpoints.qwen3().withBiases(true), c -> {});
    assertThat(biases(qwen3)).containsExactly(true, true, false);
    assertThat(qwen3.attention().queryKeyNorm()).isEqualTo(QueryKeyNorm.HEAD);
  }

  @Test
  void headSizeOfQwen3IsNotDerived() {
    assertThat(read(TinyCheckpoints.qwen3(), c -> c.remove("head_dim")).attention().headSize())
        .isEqualTo(128);
    assertThat(read(TinyCheckpoints.qwen3(), c -> c.putNull("head_dim")).attention().headSize())
        .isEqualTo(8);
  }

  @Test
  void mistralSlidesInAllBlocksOrNone() {
    OptionalInt twelve = OptionalInt.of(12);
    assertThat(read(TinyCheckpoints.mistral(), c -> {}).attention().windows())
        .containsExactly(twelve, twelve);
    assertThat(
            read(TinyCheckpoints.mistral(), c -> c.putNull("sliding_window")).attention().windows())
        .containsExactly(NONE, NONE);
    assertThat(
            read(TinyCheckpoints.mistral(), c -> c.remove("sliding_window")).attention().windows())
        .as("transformers' default")
        .containsExactly(OptionalInt.of(4096), OptionalInt.of(4096));
    assertThat(
            read(
                    TinyCheckpoints.mistral(),
                    c -> c.putArray("layer_types").add("full_attention").add("sliding_attention"))
                .attention()
                .windows())
        .containsExactly(NONE, twelve);
  }

  @Test
  void qwenSlidesFromMaxWindowLayersWhereItIsSwitchedOn() {
    OptionalInt seven = OptionalInt.of(7);
    for (TinySpec spec : List.of(TinyCheckpoints.qwen2(), TinyCheckpoints.qwen3().withBlocks(3))) {
      Consumer<ObjectNode> window = c -> c.put("sliding_window", 7).put("max_window_layers", 1);
      assertThat(read(spec, window).attention().windows()).containsExactly(NONE, NONE, NONE);
      assertThat(
              read(spec, window.andThen(c -> c.put("use_sliding_window", true)))
                  .attention()
                  .windows())
          .containsExactly(NONE, seven, seven);
      assertThat(
              read(spec, c -> c.put("use_sliding_window", true).put("sliding_window", 7))
                  .attention()
                  .windows())
          .as("max_window_layers is 28 where it is not stated")
          .containsExactlyElementsOf(Collections.nCopies(3, NONE));
      assertThat(
              read(spec.withBlocks(29), c -> c.put("use_sliding_window", true))
                  .attention()
                  .windows()
                  .getLast())
          .hasValue(4096);
      Consumer<ObjectNode> types =
          c ->
              c.putArray("layer_types")
                  .add("sliding_attention")
                  .add("full_attention")
                  .add("full_attention");
      assertThat(
              read(spec, window.andThen(types).andThen(c -> c.put("use_sliding_window", true)))
                  .attention()
                  .windows())
          .as("layer_types win over max_window_layers")
          .containsExactly(seven, NONE, NONE);
      assertThatThrownBy(() -> read(spec, window.andThen(types)))
          .hasMessageContaining("so sliding_window must be given and in use");
    }
  }

  @Test
  void layerTypesAreChecked() {
    Consumer<ObjectNode> window = c -> c.put("use_sliding_window", true);
    assertThatThrownBy(
            () -> read(TinyCheckpoints.qwen2(), window.andThen(c -> c.put("layer_types", "x"))))
        .hasMessageContaining("layer_types is 'x': must be a list of 3");
    assertThatThrownBy(() ->
            read(TinyCheckpoints.qwen2(), c -> c.putArray("layer_types").add("full_attention")))
        .hasMessageContaining("must be a list of 3, one for each block");
    assertThatThrownBy(() ->
            read(
                TinyCheckpoints.qwen2().withBlocks(1),
                c -> c.putArray("layer_types").add("chunked_attention")))
        .hasMessageContaining("layer_types names 'chunked_attention'");
  }

  @Test
  void ropeScalingIsReadInBothStyles() {
    for (String object : List.of("rope_scaling", "rope_parameters")) {
      for (String type : List.of("type", "rope_type")) {
        assertThat(rope(c -> c.putObject(object).put(type, "linear").put("factor", 2.5)))
            .isEqualTo(new RopeScaling.Linear(2.5));
        assertThat(rope(c -> c.putObject(object).put(type, "dynamic").put("factor", 2)))
            .isEqualTo(new RopeScaling.Dynamic(2, 128));
        assertThat(rope(c -> c.putObject(object).put(type, "default")))
            .isEqualTo(new RopeScaling.None());
        assertThat(rope(c -> llama3(c.putObject(object).put(type, "llama3"))))
            .as("original_max_position_embeddings is the context where it is not stated")
            .isEqualTo(new RopeScaling.Llama3(8, 1, 4, 128));
      }
    }
    assertThat(rope(c -> c.putNull("rope_scaling").remove("rope_parameters")))
        .isEqualTo(new RopeScaling.None());
  }

  @Test
  void ropeBaseIsTheInnermost() {
    assertThat(
            rotary(
                    read(
                        TinyCheckpoints.llama(),
                        c ->
                            c.put("rope_theta", 5)
                                .putObject("rope_parameters")
                                .put("rope_theta", 7)))
                .base())
        .isEqualTo(7);
    assertThat(
            rotary(
                    read(
                        TinyCheckpoints.llama(),
                        c ->
                            c.put("rope_theta", 5)
                                .putObject("rope_parameters")
                                .put("type", "default")))
                .base())
        .isEqualTo(5);
  }

  @Test
  void ropeScalingIsChecked() {
    refused(
        c -> c.putObject("rope_scaling").put("type", "yarn"),
        "rope_scaling.type is 'yarn': supported are default, linear, dynamic, llama3");
    refused(
        c -> c.putObject("rope_parameters").put("rope_type", "linear"),
        "rope_parameters.factor is missing");
    refused(
        c -> c.putObject("rope_scaling").put("type", "linear").put("factor", 0.5),
        "rope_scaling.factor is '0.5': must be at least 1");
    refused(
        c -> llama3(c.putObject("rope_scaling").put("type", "llama3")).put("high_freq_factor", 1),
        "rope_scaling.high_freq_factor is '1': must be above low_freq_factor, 1.0");
    refused(
        c -> c.putObject("rope_parameters").putObject("full_attention").put("rope_theta", 3),
        "rope_parameters.full_attention is 'an object': positions that differ between blocks");
    refused(c -> c.put("partial_rotary_factor", 0.5), "partial_rotary_factor is '0.5'");
    refused(c -> c.put("rope_scaling", 3), "rope_scaling is '3': must be an object");
    refused(
        c -> c.put("head_dim", 2).putObject("rope_scaling").put("type", "dynamic").put("factor", 2),
        "needs heads wider than 2");
  }

  @Test
  void activationsAreNamed() {
    for (String tanh : List.of("gelu_new", "gelu_pytorch_tanh")) {
      assertThat(read(TinyCheckpoints.llama(), c -> c.put("hidden_act", tanh)).ffn().activation())
          .isEqualTo(Activation.GELU_TANH);
    }
    assertThat(read(TinyCheckpoints.llama(), c -> c.put("hidden_act", "gelu")).ffn().activation())
        .isEqualTo(Activation.GELU);
    refused(c -> c.put("hidden_act", "relu2"), "hidden_act is 'relu2': supported are silu, gelu");
  }

  @Test
  void dtypesAreNamed() {
    assertThat(read(TinyCheckpoints.llama(), c -> c.put("dtype", "torch.float16")).storedDtype())
        .isEqualTo(Dtype.FLOAT16);
    refused(c -> c.put("dtype", "int4"), "dtype is 'int4': unknown dtype");
  }

  @Test
  void quantizedWeightsAreRefused() {
    refused(
        c -> c.putObject("quantization_config").put("quant_method", "gptq"),
        "quantization_config is present (method 'gptq'): packed weights cannot be read");
  }

  @Test
  void wrongTypesAndBoundsNameTheKey() {
    refused(c -> c.put("hidden_size", "32"), "hidden_size is '32': must be a whole number from 1");
    refused(c -> c.put("hidden_size", 32.0), "hidden_size is '32.0': must be a whole number");
    refused(c -> c.put("hidden_size", -32), "hidden_size is '-32': must be a whole number");
    refused(c -> c.put("hidden_size", 1L << 40), "must be a whole number from 1 to 16777216");
    refused(c -> c.put("num_hidden_layers", 0), "num_hidden_layers is '0'");
    refused(c -> c.put("num_hidden_layers", 10_001), "num_hidden_layers is '10001'");
    refused(c -> c.put("tie_word_embeddings", "no"), "tie_word_embeddings is 'no': must be true");
    refused(c -> c.putArray("model_type"), "model_type is 'a list': must be a text");
    refused(c -> c.put("rms_norm_eps", 0), "rms_norm_eps is '0': must be a finite number above 0");
    refused(c -> c.put("rms_norm_eps", Double.NaN), "rms_norm_eps is 'NaN'");
    refused(c -> c.put("rms_norm_eps", 1), "rms_norm_eps is '1': must be below 1");
    refused(
        c -> c.put("sliding_window", 0).put("use_sliding_window", true).put("model_type", "qwen2"),
        "sliding_window is '0'");
  }

  @Test
  void valuesThatDoNotFitEachOtherAreRefused() {
    refused(
        c -> c.put("num_key_value_heads", 3),
        "num_key_value_heads is '3': must divide num_attention_heads, 4");
    refused(c -> c.put("head_dim", 7), "heads are 7 wide");
    refused(
        c -> c.put("num_attention_heads", 5).remove("head_dim"),
        "num_attention_heads is '5': must divide hidden_size, 32");
    refused(
        c -> c.put("head_dim", 1 << 23),
        "num_attention_heads is '4': times head_dim must be at most");
    refused(
        c -> c.put("hidden_size", 1 << 24).put("intermediate_size", 1 << 24),
        "intermediate_size is '16777216': gives a matrix of 281474976710656 elements");
    refused(
        c -> c.put("hidden_size", 1 << 21).put("vocab_size", 1 << 20), "vocab_size is '1048576'");
  }

  @Test
  void numbersThatPythonWritesOutsideJsonAreRead() {
    assertThat(
            parse(
                    TinyCheckpoints.config(TinyCheckpoints.llama())
                        .toString()
                        .replaceFirst("\\{", "{\"router_jitter_noise\": NaN, "))
                .blocks())
        .isEqualTo(3);
  }

  private static List<Boolean> biases(ModelConfig config) {
    return List.of(
        config.attention().qkvBias(), config.attention().outputBias(), config.ffn().bias());
  }

  private static Positions.Rotary rotary(ModelConfig config) {
    return (Positions.Rotary) config.positions();
  }

  private static ObjectNode llama3(ObjectNode rope) {
    return rope.put("factor", 8).put("low_freq_factor", 1).put("high_freq_factor", 4);
  }

  private static RopeScaling rope(Consumer<ObjectNode> change) {
    return rotary(read(TinyCheckpoints.llama(), change)).scaling();
  }

  private static void refused(Consumer<ObjectNode> change, String message) {
    assertThatThrownBy(() -> read(TinyCheckpoints.llama(), change))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageStartingWith("config.json: ")
        .hasMessageContaining(message);
  }

  private static ModelConfig read(TinySpec spec, Consumer<ObjectNode> change) {
    ObjectNode config = TinyCheckpoints.config(spec);
    change.accept(config);
    return parse(config.toString().replace("\"NaN\"", "NaN"));
  }

  private static ModelConfig parse(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    return new ConfigReader(StrictJson.tree(bytes, "config.json"), "config.json")
        .read(Dtype.FLOAT16);
  }
}
