package dev.sluice.harness.divergence;

import dev.sluice.scorers.divergence.DivergenceTally;

/** Writes what a variant says into a base file, and tells its perplexity. */
final class BaseSaver implements ChunkScorer {
  private final BaseFileWriter writer;
  private final Chunks chunks;
  private final ChunkLogits logits;

  BaseSaver(BaseFileWriter writer, Chunks chunks, ChunkLogits logits) {
    this.writer = writer;
    this.chunks = chunks;
    this.logits = logits;
  }

  @Override
  public int together() {
    return 1;
  }

  @Override
  public void score(int first, int count, DivergenceTally tally, Runnable ended) {
    for (int chunk = first; chunk < first + count; chunk++) {
      float[][] rows = logits.of(chunk);
      for (int place = 0; place < chunks.scored(); place++) {
        writer.add(rows[place]);
        float nll = LogSoftmax.of(rows[place]).nll(rows[place][chunks.scored(chunk, place)]);
        tally.add(nll, nll, 0, true);
      }
      ended.run();
    }
  }

  @Override
  public void finish() {
    writer.finish();
  }
}
