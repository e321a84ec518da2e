package dev.sluice.harness.divergence;

import dev.sluice.scorers.divergence.DivergenceTally;

/** Adds the scored tokens of chunks to a tally. */
interface ChunkScorer {

  /** Chunks that are scored together, at least one. */
  int together();

  /**
   * Score some chunks, in their order.
   *
   * @param first place of the first
   * @param ended is told after each chunk
   */
  void score(int first, int count, DivergenceTally tally, Runnable ended);

  /** All chunks are scored. */
  default void finish() {}
}
