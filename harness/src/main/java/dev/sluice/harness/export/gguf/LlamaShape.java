package dev.sluice.harness.export.gguf;

import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.ModelConfig.Activation;
import dev.sluice.harness.model.ModelConfig.Attention;
import dev.sluice.harness.model.ModelConfig.NormKind;
import dev.sluice.harness.model.ModelConfig.NormPlace;
import dev.sluice.harness.model.ModelConfig.Positions;
import dev.sluice.harness.model.ModelConfig.QueryKeyNorm;
import dev.sluice.harness.model.ModelConfig.RopeScaling;
import java.util.OptionalInt;

/** What llama.cpp's architectures {@code llama} and {@code deci} can compute. */
final class LlamaShape {
  private final ModelConfig config;

  private LlamaShape(ModelConfig config) {
    this.config = config;
  }

  /** Fail unless a model of this shape can be expressed. */
  static void require(ModelConfig config) throws InexpressibleException {
    LlamaShape shape = new LlamaShape(config);
    shape.requireStream();
    shape.requireAttention();
    shape.requireFfn();
    shape.requirePositions();
  }

  /** The longest sequence of which every token sees all before it. */
  static int context(ModelConfig config) {
    return config.attention().windows().stream()
        .flatMapToInt(OptionalInt::stream)
        .reduce(config.context(), Math::min);
  }

  private void requireStream() throws InexpressibleException {
    require(!config.parallel(), "has attention and FFN side by side");
    require(config.norm().kind() == NormKind.RMS, "has norms other than plain RMS norms");
    require(config.norm().place() == NormPlace.BEFORE, "has norms behind its sublayers");
    require(config.ends().embeddingScale() == 1, "scales its embedding");
    require(config.ends().logitCap().isEmpty(), "caps its logits");
  }

  private void requireAttention() throws InexpressibleException {
    Attention attention = config.attention();
    require(attention.queryKeyNorm() == QueryKeyNorm.NONE, "norms its queries and keys");
    require(attention.cap().isEmpty(), "caps its attention scores");
    double usual = 1 / Math.sqrt(attention.headSize());
    require(
        Math.abs(attention.scale() - usual) < 1e-6 * usual,
        "scales its attention scores by something other than the root of the head size");
  }

  private void requireFfn() throws InexpressibleException {
    require(config.ffn().experts().isEmpty(), "has experts");
    require(
        config.ffn().gated() && config.ffn().activation() == Activation.SILU,
        "has an FFN that is not gated by SiLU");
  }

  private void requirePositions() throws InexpressibleException {
    if (!(config.positions() instanceof Positions.Rotary rotary)) {
      throw inexpressible("has learned positions");
    }
    require(rotary.width() == config.attention().headSize(), "rotates only part of each head");
    switch (rotary.scaling()) {
      case RopeScaling.None none -> {}
      case RopeScaling.Linear linear -> {}
      case RopeScaling.Llama3 llama3 -> {}
      case RopeScaling.Dynamic dynamic ->
          throw inexpressible("grows the base of its positions with the sequence");
      case RopeScaling.LongRope longRope ->
          throw inexpressible("stretches its positions by LongRoPE");
    }
  }

  private void require(boolean holds, String otherwise) throws InexpressibleException {
    if (!holds) {
      throw inexpressible(otherwise);
    }
  }

  private InexpressibleException inexpressible(String what) {
    return new InexpressibleException(
        "the family "
            + config.family()
            + " "
            + what
            + ", and llama.cpp takes zero heads only in its architecture 'deci', which has the shape"
            + " of Llama");
  }
}
