package dev.sluice.harness.model;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The numbers and switches that describe one decoder of the Llama kind: RMS norm before each
 * sublayer, rotary positions, grouped-query attention, gated FFN.
 *
 * @param family {@code model_type} of config.json
 * @param blocks number of decoder blocks; the model has twice as many sublayers
 * @param hidden width of the residual stream
 * @param heads query heads
 * @param kvHeads key and value heads; divides {@code heads}
 * @param headSize width of one head
 * @param intermediate width of the FFN
 * @param vocabulary rows of the embedding, padding included
 * @param context longest sequence that the model was made for, in tokens
 * @param normEpsilon added to the mean square before the root
 * @param activation of the gate
 * @param qkvBias whether q, k and v projections have a bias
 * @param outputBias whether the attention's output projection has a bias
 * @param ffnBias whether the FFN's projections have a bias
 * @param qkNorm whether q and k pass an RMS norm per head before the rotation (Qwen3)
 * @param tiedHead whether the head is the embedding
 * @param ropeBase base of the rotary frequencies
 * @param ropeScaling how they are stretched
 * @param windows attention window in tokens for each block; empty where a block sees all before it
 * @param storedDtype what the checkpoint says it is stored in
 */
public record ModelConfig(
    String family,
    int blocks,
    int hidden,
    int heads,
    int kvHeads,
    int headSize,
    int intermediate,
    int vocabulary,
    int context,
    double normEpsilon,
    Activation activation,
    boolean qkvBias,
    boolean outputBias,
    boolean ffnBias,
    boolean qkNorm,
    boolean tiedHead,
    double ropeBase,
    RopeScaling ropeScaling,
    List<OptionalInt> windows,
    Dtype storedDtype) {

  /** The non-linearity of the FFN's gate. */
  public enum Activation {
    SILU,
    GELU,
    GELU_TANH
  }

  public ModelConfig {
    windows = List.copyOf(windows);
  }

  /** Number of sublayers, {@code 2 * blocks}. */
  public int sublayers() {
    return 2 * blocks;
  }

  /** All sublayers in the order of execution. */
  public List<Sublayer> sublayerList() {
    return IntStream.range(0, sublayers()).mapToObj(Sublayer::at).toList();
  }
}
