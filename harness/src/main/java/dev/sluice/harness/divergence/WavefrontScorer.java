package dev.sluice.harness.divergence;

import dev.sluice.harness.engine.DeviceOutOfMemory;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.evaluation.Wavefront;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.PrerequisiteException;
import dev.sluice.scorers.divergence.DivergenceTally;
import java.util.List;
import java.util.stream.IntStream;

/** Runs the intact model and a variant side by side. */
final class WavefrontScorer implements ChunkScorer {
  private static final List<Measure> MEASURES =
      List.of(Measure.NLL, Measure.KL_TRUNCATED, Measure.TOP1);

  private final Wavefront wavefront;
  private final Variant variant;
  private final Chunks chunks;
  private final int together;

  /**
   * @param batchTokens positions that are computed together; at least one chunk is
   */
  WavefrontScorer(Wavefront wavefront, Variant variant, Chunks chunks, int batchTokens) {
    this.wavefront = wavefront;
    this.variant = variant;
    this.chunks = chunks;
    this.together = Math.max(1, batchTokens / chunks.context());
  }

  @Override
  public int together() {
    return together;
  }

  @Override
  public void score(int first, int count, DivergenceTally tally, Runnable ended) {
    TokenBatch batch =
        new TokenBatch(
            first, IntStream.range(first, first + count).mapToObj(chunks::read).toList());
    float[][][] values = run(batch);
    float[] base = values[0][MEASURES.indexOf(Measure.NLL)];
    float[][] changed = values[values.length - 1];
    for (int chunk = 0; chunk < count; chunk++) {
      int from = chunk * chunks.context() + chunks.first();
      for (int t = from; t < from + chunks.scored(); t++) {
        tally.add(
            changed[MEASURES.indexOf(Measure.NLL)][t],
            base[t],
            changed[MEASURES.indexOf(Measure.KL_TRUNCATED)][t],
            changed[MEASURES.indexOf(Measure.TOP1)][t] == 1);
      }
      ended.run();
    }
  }

  private float[][][] run(TokenBatch batch) {
    List<Variant> variants = List.of(Variant.intact(), variant).stream().distinct().toList();
    try {
      return wavefront.run(batch, variants, MEASURES);
    } catch (DeviceOutOfMemory e) {
      throw new PrerequisiteException(
          "the device has no memory for %d tokens at once (%s). Lower --batch-tokens, --memory or --context"
              .formatted(batch.positions(), e.getMessage()),
          e);
    }
  }
}
