package dev.sluice.harness.divergence;

import dev.sluice.scorers.divergence.DivergenceTally;
import java.util.stream.IntStream;

/** Holds a variant's logits against a base file. */
final class BaseScorer implements ChunkScorer {
  private final BaseFile base;
  private final Chunks chunks;
  private final ChunkLogits logits;

  BaseScorer(BaseFile base, Chunks chunks, ChunkLogits logits) {
    this.base = base;
    this.chunks = chunks;
    this.logits = logits;
  }

  /** One token of a chunk. */
  private record Token(float nll, float base, BaseRow.Compared compared) {}

  @Override
  public int together() {
    return 1;
  }

  @Override
  public void score(int first, int count, DivergenceTally tally, Runnable ended) {
    for (int chunk = first; chunk < first + count; chunk++) {
      int now = chunk;
      float[][] rows = logits.of(chunk);
      BaseRow[] bases =
          IntStream.range(0, chunks.scored())
              .mapToObj(place -> base.row(now, place))
              .toArray(BaseRow[]::new);
      IntStream.range(0, chunks.scored())
          .parallel()
          .mapToObj(place -> token(rows[place], bases[place], chunks.scored(now, place)))
          .forEachOrdered(
              t -> tally.add(t.nll(), t.base(), t.compared().divergence(), t.compared().sameTop()));
      ended.run();
    }
  }

  private static Token token(float[] logits, BaseRow base, int token) {
    LogSoftmax softmax = LogSoftmax.of(logits);
    return new Token(
        softmax.nll(logits[token]), -base.logProbability(token), base.compare(logits, softmax));
  }
}
