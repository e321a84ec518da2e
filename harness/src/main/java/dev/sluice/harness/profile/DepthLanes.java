package dev.sluice.harness.profile;

import dev.sluice.harness.engine.DeviceOutOfMemory;
import dev.sluice.harness.engine.Engine;
import dev.sluice.harness.engine.HiddenState;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.evaluation.BoundaryCache;
import dev.sluice.harness.evaluation.Evaluator;
import dev.sluice.harness.evaluation.Instruments;
import dev.sluice.harness.evaluation.Lanes;
import dev.sluice.scorers.PrerequisiteException;
import java.util.List;
import java.util.function.BiFunction;
import reactor.core.publisher.Flux;

/** Lanes that walk batches through the intact model and keep a batch's states at all boundaries. */
final class DepthLanes implements AutoCloseable {
  private final Engine engine;
  private final int sublayers;
  private final Instruments instruments;
  private final BoundaryCache noCache = new BoundaryCache(0);
  private final Lanes lanes;

  DepthLanes(Engine engine, int sublayers, int lanes, Instruments instruments) {
    this.engine = engine;
    this.sublayers = sublayers;
    this.instruments = instruments;
    this.lanes =
        new Lanes(new Evaluator.Room(lanes, 1), noCache, instruments, Instruments.Stage.BATCHES);
  }

  /**
   * What is read from the states of each batch, in the order of batches.
   *
   * @param read gets the {@code [2L + 1]} states, which are freed when it returns
   */
  <R> Flux<R> map(Flux<TokenBatch> batches, BiFunction<List<HiddenState>, TokenBatch, R> read) {
    return lanes.map(batches, batch -> read(batch, read));
  }

  private <R> R read(TokenBatch batch, BiFunction<List<HiddenState>, TokenBatch, R> read) {
    long begun = System.nanoTime();
    try (Boundaries boundaries = Boundaries.of(engine, sublayers, batch)) {
      long walked = System.nanoTime();
      instruments.walked(batch.positions(), 1, 0, walked - begun);
      R result = read.apply(boundaries.states(), batch);
      instruments.read(System.nanoTime() - walked);
      instruments.scored(batch.rows(), tokens(batch));
      return result;
    } catch (DeviceOutOfMemory e) {
      throw new PrerequisiteException(
          "the device cannot hold the states of a batch of "
              + batch.positions()
              + " tokens at all "
              + (sublayers + 1)
              + " depths ("
              + e.getMessage()
              + "). Lower --batch-tokens",
          e);
    }
  }

  private static long tokens(TokenBatch batch) {
    long tokens = 0;
    for (int row = 0; row < batch.rows(); row++) {
      tokens += batch.length(row);
    }
    return tokens;
  }

  /** Waits for batches in flight. */
  @Override
  public void close() {
    lanes.close();
    noCache.close();
  }
}
