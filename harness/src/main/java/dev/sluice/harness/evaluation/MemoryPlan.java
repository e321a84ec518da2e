package dev.sluice.harness.evaluation;

import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.WeightLayout;
import dev.sluice.scorers.PrerequisiteException;

/**
 * How a memory budget is spent: weights first, then for each lane the logits of one chunk of rows, the
 * temporaries of one call and the live states of a slice, and boundary states with what is left.
 *
 * @param resident whether the weights stay on the device; else they are brought there sublayer by
 *     sublayer
 * @param lanes batches that are run at once
 * @param chunkRows positions whose logits are alive at once in a lane
 * @param variants that fit into one slice, the intact model not counted
 * @param cacheBytes for boundary states
 */
public record MemoryPlan(
    boolean resident, int lanes, int chunkRows, int variants, long cacheBytes) {
  /** Tensors of {@code [chunk, V]} in float32 that a comparison holds at once. */
  private static final int LOGIT_TENSORS = 10;

  /** Below this, matrix products waste more than the memory is worth. */
  private static final int FEWEST_EFFICIENT_ROWS = 64;

  /** Logits of one chunk that still fit a processor's caches. */
  private static final long CACHE_FRIENDLY_BYTES = 4L << 20;

  private static final int MOST_VARIANTS = 1 << 16;

  /** Variants in a slice below which lanes cost more by prefixes run twice than they gain. */
  private static final int EFFICIENT_VARIANTS = 32;

  /** At most this share of the budget is given to resident weights. */
  private static final double WEIGHT_SHARE = 0.7;

  /**
   * What is to be run.
   *
   * @param copied whether weights occupy memory of their own; else they are views of the file
   * @param batchPositions positions in the largest batch
   * @param stack states in one native call
   * @param lanes batches that could be run at once
   */
  public record Work(
      ModelConfig config, Dtype dtype, boolean copied, int batchPositions, int stack, int lanes) {

    Work with(int fewer) {
      return new Work(config, dtype, copied, batchPositions, stack, fewer);
    }

    long stateBytes() {
      return (long) batchPositions * config.stateWidth() * dtype.bytes();
    }

    long callBytes() {
      long widths = 3L * config.ffn().intermediate() + 8L * config.hidden();
      return widths * batchPositions * dtype.bytes() * stack;
    }

    long logitRowBytes() {
      return 4L * config.vocabulary() * LOGIT_TENSORS;
    }
  }

  /**
   * Divide a budget. Lanes are given up where weights must be streamed, for each would stream its own,
   * and where slices would get small.
   *
   * @throws PrerequisiteException if not even one variant fits
   */
  public static MemoryPlan of(Work work, long budget) {
    for (int lanes = work.lanes(); lanes > 1; lanes /= 2) {
      MemoryPlan plan = divided(work.with(lanes), budget);
      if (plan.resident && plan.variants >= EFFICIENT_VARIANTS) {
        return plan;
      }
    }
    MemoryPlan plan = divided(work.with(1), budget);
    if (plan.variants < 1) {
      throw tooSmall(work.with(1), budget);
    }
    return plan;
  }

  /** With less than one variant where the budget is too small. */
  private static MemoryPlan divided(Work work, long budget) {
    WeightLayout layout = new WeightLayout(work.config());
    long all = work.copied() ? layout.parameters() * work.dtype().bytes() : 0;
    boolean resident = all <= budget * WEIGHT_SHARE;
    long left = budget - (resident ? all : streamed(work, layout));
    int chunk = chunkRows(work, left / 4 / work.lanes());
    left -= (chunk * work.logitRowBytes() + work.callBytes()) * work.lanes();
    long states = left / 2 / work.lanes() / work.stateBytes() - 1;
    return new MemoryPlan(
        resident, work.lanes(), chunk, Math.clamp(states, 0, MOST_VARIANTS), Math.max(0, left / 2));
  }

  private static long streamed(Work work, WeightLayout layout) {
    long largest = 0;
    long outside = layout.parameters();
    for (var sublayer : work.config().sublayerList()) {
      largest = Math.max(largest, layout.parameters(sublayer));
      outside -= layout.parameters(sublayer);
    }
    return (outside + largest) * work.dtype().bytes();
  }

  private static int chunkRows(Work work, long budget) {
    long friendly = Math.max(FEWEST_EFFICIENT_ROWS, CACHE_FRIENDLY_BYTES / work.logitRowBytes());
    long affordable = Math.max(1, budget / work.logitRowBytes());
    return (int) Math.min(Math.min(friendly, affordable), work.batchPositions());
  }

  private static PrerequisiteException tooSmall(Work work, long budget) {
    return new PrerequisiteException(
        "memory budget of "
            + (budget >> 20)
            + " MiB: one batch of "
            + work.batchPositions()
            + " tokens needs "
            + leastMebibytes(work, budget >> 20)
            + " MiB. Raise --memory or lower --batch-tokens");
  }

  /** A budget that will do, where a mebibyte less will not. */
  private static long leastMebibytes(Work work, long tooFew) {
    long few = tooFew;
    long enough = Math.max(1, 2 * tooFew);
    while (divided(work, enough << 20).variants < 1) {
      few = enough;
      enough *= 2;
    }
    while (enough - few > 1) {
      long middle = (few + enough) / 2;
      if (divided(work, middle << 20).variants < 1) {
        few = middle;
      } else {
        enough = middle;
      }
    }
    return enough;
  }
}
