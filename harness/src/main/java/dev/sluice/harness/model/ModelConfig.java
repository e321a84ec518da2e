package dev.sluice.harness.model;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The numbers and switches that describe one decoder: a stream of width {@code hidden} to which each
 * block adds attention and FFN.
 *
 * @param family {@code model_type} of config.json
 * @param blocks number of decoder blocks; the model has twice as many sublayers
 * @param hidden width of the residual stream
 * @param vocabulary rows of the embedding, padding included
 * @param context longest sequence that the model was made for, in tokens
 * @param parallel whether a block's FFN reads what its attention read, not what that made of it
 * @param storedDtype what the checkpoint says it is stored in
 */
public record ModelConfig(
    String family,
    int blocks,
    int hidden,
    int vocabulary,
    int context,
    Norm norm,
    Attention attention,
    FeedForward ffn,
    Positions positions,
    boolean parallel,
    Ends ends,
    Dtype storedDtype) {

  /**
   * The norm of every sublayer and the last one.
   *
   * @param epsilon added to the mean square or the variance before the root
   */
  public record Norm(NormKind kind, NormPlace place, double epsilon) {}

  /** What a norm computes. */
  public enum NormKind {
    RMS,
    /** RMS whose weights are stored less 1 (Gemma). */
    RMS_PLUS_ONE,
    /** With mean and bias. */
    LAYER
  }

  /** Where a sublayer's norms lie; all of them are cut with it. */
  public enum NormPlace {
    BEFORE,
    /** On the output, before it is added to the stream (OLMo 2). */
    AFTER,
    /** Both (Gemma 2). */
    AROUND
  }

  /**
   * Self-attention with grouped queries.
   *
   * @param heads query heads
   * @param kvHeads key and value heads; divides {@code heads}
   * @param headSize width of one head
   * @param qkvBias whether q, k and v projections have a bias
   * @param outputBias whether the output projection has a bias
   * @param scale factor of the scores
   * @param cap bound of the scores, {@code cap * tanh(score / cap)}, if there is one
   * @param windows in tokens for each block; empty where a block sees all before it
   */
  public record Attention(
      int heads,
      int kvHeads,
      int headSize,
      boolean qkvBias,
      boolean outputBias,
      QueryKeyNorm queryKeyNorm,
      double scale,
      OptionalDouble cap,
      List<OptionalInt> windows) {

    public Attention {
      windows = List.copyOf(windows);
    }

    /** Width of all query heads. */
    public int queries() {
      return heads * headSize;
    }

    /** Width of all key heads, and of all value heads. */
    public int keys() {
      return kvHeads * headSize;
    }
  }

  /** The RMS norm of q and k before the rotation. */
  public enum QueryKeyNorm {
    NONE,
    /** Over each head, its weights shared by all heads (Qwen3). */
    HEAD,
    /** Over all heads at once (OLMo 2). */
    WHOLE
  }

  /**
   * The FFN of every block.
   *
   * @param intermediate width
   * @param gated whether the activation of one projection multiplies another
   * @param bias whether the projections have a bias
   * @param experts what stands in for it in some blocks
   */
  public record FeedForward(
      int intermediate,
      Activation activation,
      boolean gated,
      boolean bias,
      Optional<Experts> experts) {}

  /**
   * A mixture of experts: gated FFNs without bias of which a router picks some for each token.
   *
   * @param count experts in a block
   * @param active experts that a token passes through
   * @param intermediate width of one expert
   * @param normalised whether the weights of the picked ones add up to 1
   * @param blocks that have experts, ascending
   */
  public record Experts(
      int count, int active, int intermediate, boolean normalised, List<Integer> blocks) {

    public Experts {
      blocks = List.copyOf(blocks);
    }

    /** Every single expert in the order of execution. */
    public List<Sublayer> each() {
      return blocks.stream()
          .flatMap(block -> IntStream.range(0, count).mapToObj(e -> Sublayer.ofExpert(block, e)))
          .toList();
    }
  }

  /** The non-linearity of the FFN. */
  public enum Activation {
    SILU,
    GELU,
    GELU_TANH,
    RELU
  }

  /** How the model knows where a token stands. */
  public sealed interface Positions {

    /**
     * Queries and keys are rotated.
     *
     * @param base of the frequencies
     * @param scaling how they are stretched
     * @param width elements of a head that are rotated, from its first; the rest stays
     */
    record Rotary(double base, RopeScaling scaling, int width) implements Positions {}

    /**
     * A learned vector is added to the embedding; there is none beyond the context.
     *
     * @param offset row of the first position
     */
    record Learned(int offset) implements Positions {}
  }

  /** How the rotary frequencies are stretched beyond the trained context, as config.json gives it. */
  public sealed interface RopeScaling {

    /** Frequencies as trained. */
    record None() implements RopeScaling {}

    /** Every position is divided by the factor. */
    record Linear(double factor) implements RopeScaling {}

    /** The base grows once a sequence is longer than the trained context ("dynamic NTK"). */
    record Dynamic(double factor, int originalContext) implements RopeScaling {}

    /** Llama 3.1: long wavelengths are stretched, short ones kept, those between interpolated. */
    record Llama3(double factor, double lowFrequency, double highFrequency, int originalContext)
        implements RopeScaling {}

    /**
     * LongRoPE (Phi-3): each frequency is divided by a factor of its own, from one list up to the
     * trained context and from another beyond it.
     *
     * @param magnitude factor of the rotated queries and keys
     */
    record LongRope(
        List<Double> shortFactors, List<Double> longFactors, int originalContext, double magnitude)
        implements RopeScaling {

      public LongRope {
        shortFactors = List.copyOf(shortFactors);
        longFactors = List.copyOf(longFactors);
      }
    }
  }

  /**
   * What lies before the first block and behind the last.
   *
   * @param tiedHead whether the head is the embedding
   * @param embeddingScale factor of the embedding
   * @param logitCap bound of the logits, {@code cap * tanh(logit / cap)}, if there is one
   */
  public record Ends(boolean tiedHead, double embeddingScale, OptionalDouble logitCap) {}

  /** Number of sublayers, {@code 2 * blocks}. */
  public int sublayers() {
    return 2 * blocks;
  }

  /**
   * Elements of a hidden state for each position. With {@link #parallel} a state also holds what its
   * block's FFN is going to read.
   */
  public int stateWidth() {
    return parallel ? 2 * hidden : hidden;
  }

  /** All sublayers in the order of execution. */
  public List<Sublayer> sublayerList() {
    return IntStream.range(0, sublayers()).mapToObj(Sublayer::at).toList();
  }

  /** The mixture of experts in a block's FFN, if it has one. */
  public Optional<Experts> experts(int block) {
    return ffn.experts().filter(e -> e.blocks().contains(block));
  }
}
