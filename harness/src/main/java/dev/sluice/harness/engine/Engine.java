package dev.sluice.harness.engine;

import dev.sluice.harness.model.Sublayer;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.RowDepths;
import java.util.Collection;
import java.util.List;

/**
 * Runs the parts of one resident model on a device, one sublayer a call.
 *
 * <p>Calls may come from several threads at once. Every state returned belongs to the caller, who closes it; no
 * call closes its arguments. Native failures leave as {@link EngineFailure}, exhausted memory as
 * {@link DeviceOutOfMemory}, never as an {@link Error}.
 */
public interface Engine extends AutoCloseable {

  /**
   * What becomes of a state at a sublayer that its variant cuts. Called from several threads at once.
   * Equal only to itself; states and results of one treatment never serve another.
   */
  interface Treatment extends AutoCloseable {
    /** The sublayer is gone, and its norm with it: the state passes as it is. */
    Treatment REMOVE =
        new Treatment() {
          @Override
          public HiddenState treat(Sublayer sublayer, HiddenState x) {
            return x.share();
          }

          @Override
          public int passes() {
            return 0;
          }

          @Override
          public String toString() {
            return "remove";
          }
        };

    /**
     * The state behind the treated sublayer, for every member; it belongs to the caller, who still owns
     * {@code x}.
     */
    HiddenState treat(Sublayer sublayer, HiddenState x);

    /** Sublayers that are run for one state. */
    int passes();

    /** Gives back what it holds on the device; by default nothing. */
    @Override
    default void close() {}
  }

  /**
   * The gradient of a loss, taken backwards through the sublayers of the intact model one at a time and
   * summed over batches. For one thread. Every state returned belongs to the caller.
   */
  interface Gradients extends AutoCloseable {
    /**
     * Begin with a batch: add its {@code -log Q(y)}, summed over all positions that have a next token, to
     * the loss.
     *
     * @param last state behind the last sublayer, one member
     * @param chunkRows positions whose logits are alive at once
     * @return the gradient of what was added with respect to that state
     */
    HiddenState ofLoss(HiddenState last, TokenBatch batch, int chunkRows);

    /**
     * Go back through one sublayer, and add the gradient of its linear weights to their sum where that
     * is wanted.
     *
     * @param x what the sublayer was applied to
     * @param gradient with respect to its output
     * @return the gradient with respect to {@code x}
     */
    HiddenState through(Sublayer sublayer, HiddenState x, HiddenState gradient);

    /** The loss of all batches so far. */
    double loss();

    /**
     * {@code sum |w g|} over the linear weights of a wanted sublayer, {@code g} being the gradient of
     * {@link #loss}; 0 before any batch.
     */
    double taylor(Sublayer sublayer);

    @Override
    void close();
  }

  /**
   * Gradients of this model, closed before the engine. In the engine's own type; sums are float32 and
   * take as much memory as the wanted sublayers in float32.
   *
   * @param wanted sublayers whose weights' gradients are summed
   */
  default Gradients gradients(Collection<Sublayer> wanted) {
    throw new UnsupportedOperationException(name() + " computes no gradients");
  }

  /** The sublayer is run twice, one after the other, with the same weights (arXiv 2410.02330). */
  default Treatment duplicate() {
    return new Treatment() {
      @Override
      public HiddenState treat(Sublayer sublayer, HiddenState x) {
        try (HiddenState once = apply(sublayer, x)) {
          return apply(sublayer, once);
        }
      }

      @Override
      public int passes() {
        return 2;
      }

      @Override
      public String toString() {
        return "duplicate";
      }
    };
  }

  /** Name and version, part of every result's identity, for example {@code djl-pytorch 2.7.1}. */
  String name();

  /** The device in words. */
  String device();

  /** Token embeddings of a batch: one member. */
  HiddenState embed(TokenBatch batch);

  /** {@code x + F(norm(x))} for every member; F is the sublayer. */
  HiddenState apply(Sublayer sublayer, HiddenState x);

  /**
   * {@code x + F(norm(x))} where F is a mixture of experts, of which each member lacks some: its router
   * chooses among the others, and weighs them, as if they had never been there. Without any expert F is
   * 0.
   *
   * @param experts that each member lacks, in the order of the members
   */
  default HiddenState applyWithout(List<List<Integer>> experts, Sublayer ffn, HiddenState x) {
    throw new UnsupportedOperationException(name() + " cuts no single experts");
  }

  /** Several states of one batch as one. */
  HiddenState stack(List<HiddenState> states);

  /** One member of a stack. */
  HiddenState member(HiddenState stack, int member);

  /** Logits of every position, {@code [members * B * T][V]}, in float32; for small inputs only. */
  float[][] logits(HiddenState x);

  /**
   * Compare variants with the reference at every position. Logits are made and reduced in chunks of
   * rows, so that memory does not grow with the number of variants times the vocabulary.
   *
   * @param reference the intact model's last state, one member
   * @param variants last states of the variants
   * @param batch whose states these are
   * @param measures what to compute
   * @param chunkRows positions whose logits are alive at once
   * @return {@code [members of all variants][measures][B * T]}, as {@link Measure} defines each;
   *     values at padded positions mean nothing
   */
  float[][][] compare(
      HiddenState reference,
      List<HiddenState> variants,
      TokenBatch batch,
      List<Measure> measures,
      int chunkRows);

  /**
   * How hard a model finds the next token {@code y} of each position, {@code Q} being its prediction:
   * {@code -log Q(y)}; {@code EL2N = |Q - onehot(y)|}, from 0 to root 2 (arXiv 2107.07075); and the
   * length of the gradient of {@code -log Q(y)} with respect to the head's weights, {@code |Q -
   * onehot(y)| |h|} with {@code h} what the head multiplies, where logits are not capped.
   *
   * @param last state behind the last sublayer, one member
   * @param chunkRows positions whose logits are alive at once
   * @return {@code [3][B * T]}; values where there is no next token mean nothing
   */
  float[][] difficulty(HiddenState last, TokenBatch batch, int chunkRows);

  /**
   * Score next tokens. Logits are made only after the positions asked for, a tile of the vocabulary at a
   * time.
   *
   * @param variants last states of one batch
   * @param targets what to score
   * @param chunkRows positions whose logits over the whole vocabulary may be alive at once
   * @return one for each member of all variants
   */
  List<TokenScores> score(List<HiddenState> variants, Targets targets, int chunkRows);

  /**
   * What the states of one batch at several depths say of one another, row by row. Padding does not
   * count. In float32, sums and angles in float64; memory beyond the states' own does not grow with
   * the batch, only with the longest row.
   *
   * @param boundaries at least two states of one member each, all of this batch
   * @return one for each row
   */
  List<RowDepths> depths(List<HiddenState> boundaries, TokenBatch batch);

  /**
   * A state's vectors at some positions, in float32.
   *
   * @param x one member
   * @param positions in the batch, {@code row * T + t}
   * @return {@code [positions][H]}
   */
  float[][] vectors(HiddenState x, int... positions);

  /** Hidden states that nobody has closed yet. */
  long liveStates();

  /** Times a sublayer's weights were brought to the device since the engine was opened. */
  long weightLoads();

  /** Time in which they were brought there, seconds; 0 where that is not known. */
  default double weightLoadSeconds() {
    return 0;
  }

  @Override
  void close();
}
