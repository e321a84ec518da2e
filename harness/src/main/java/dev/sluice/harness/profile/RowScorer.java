package dev.sluice.harness.profile;

import dev.sluice.harness.engine.DeviceOutOfMemory;
import dev.sluice.harness.engine.Engine;
import dev.sluice.harness.engine.HiddenState;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.evaluation.BoundaryCache;
import dev.sluice.harness.evaluation.Evaluator;
import dev.sluice.harness.evaluation.Instruments;
import dev.sluice.harness.evaluation.Lanes;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.scorers.PrerequisiteException;
import java.util.List;
import reactor.core.publisher.Flux;

/**
 * Streams batches once through the intact model and says how hard it finds each row.
 *
 * <p>A lane holds the states of one batch before and behind one sublayer. Rows are scored for themselves:
 * their numbers do not depend on lanes, nor, beyond rounding, on batches and the order of rows.
 */
public final class RowScorer implements AutoCloseable {
  private final Engine engine;
  private final int sublayers;
  private final int chunkRows;
  private final BoundaryCache noCache = new BoundaryCache(0);
  private final Lanes lanes;

  /**
   * @param engine stays the caller's
   * @param sublayers of its model, 2L
   * @param lanes batches at once, each on a thread of its own
   * @param chunkRows positions of a batch whose logits are alive at once
   */
  public RowScorer(Engine engine, int sublayers, int lanes, int chunkRows) {
    this.engine = engine;
    this.sublayers = sublayers;
    this.chunkRows = chunkRows;
    this.lanes =
        new Lanes(
            new Evaluator.Room(lanes, 1), noCache, Instruments.NONE, Instruments.Stage.BATCHES);
  }

  /**
   * The rows of all batches, in their order. Cold; emits on a lane's thread; a cancel stops reading at
   * once.
   *
   * <p>Fails with {@link PrerequisiteException} where the device cannot hold a batch.
   */
  public Flux<RowDifficulty> rows(Flux<TokenBatch> batches) {
    return lanes.map(batches, this::rows).concatMapIterable(rows -> rows);
  }

  private List<RowDifficulty> rows(TokenBatch batch) {
    try (HiddenState last = last(batch)) {
      return RowDifficulty.of(batch, engine.difficulty(last, batch, chunkRows));
    } catch (DeviceOutOfMemory e) {
      throw new PrerequisiteException(
          "the device cannot hold a batch of %d tokens (%s). Lower --batch-tokens"
              .formatted(batch.positions(), e.getMessage()),
          e);
    }
  }

  private HiddenState last(TokenBatch batch) {
    HiddenState x = engine.embed(batch);
    for (int p = 0; p < sublayers; p++) {
      try (HiddenState before = x) {
        x = engine.apply(Sublayer.at(p), before);
      }
    }
    return x;
  }

  /** Waits for batches in flight. */
  @Override
  public void close() {
    lanes.close();
    noCache.close();
  }
}
