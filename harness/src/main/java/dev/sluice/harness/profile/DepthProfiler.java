package dev.sluice.harness.profile;

import dev.sluice.harness.engine.DeviceOutOfMemory;
import dev.sluice.harness.engine.Engine;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.evaluation.BoundaryCache;
import dev.sluice.harness.evaluation.Evaluator;
import dev.sluice.harness.evaluation.Instruments;
import dev.sluice.harness.evaluation.Lanes;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.scorers.DepthProfile;
import dev.sluice.scorers.DepthSums;
import dev.sluice.scorers.PrerequisiteException;
import dev.sluice.scorers.RowDepths;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Streams batches once through the intact model and compares its hidden states at all depths.
 *
 * <p>All boundaries of one batch are alive together, {@link #bytesPerPosition} for each position and
 * lane. Each row is computed for itself and rows count in their order, so the profile does not depend
 * on lanes, nor, beyond rounding, on batches and the order of prompts.
 */
public final class DepthProfiler implements AutoCloseable {
  private final Engine engine;
  private final int sublayers;
  private final Instruments instruments;
  private final BoundaryCache noCache = new BoundaryCache(0);
  private final Lanes lanes;

  /**
   * @param engine stays the caller's
   * @param sublayers of its model, 2L
   * @param lanes batches at once, each on a thread of its own
   */
  public DepthProfiler(Engine engine, int sublayers, int lanes) {
    this(engine, sublayers, lanes, Instruments.NONE);
  }

  public DepthProfiler(Engine engine, int sublayers, int lanes, Instruments instruments) {
    this.engine = engine;
    this.sublayers = sublayers;
    this.instruments = instruments;
    this.lanes =
        new Lanes(new Evaluator.Room(lanes, 1), noCache, instruments, Instruments.Stage.BATCHES);
  }

  /** Bytes of hidden states that one position of a batch, padding included, needs in a lane. */
  public static long bytesPerPosition(ModelConfig config, Dtype dtype) {
    return (config.sublayers() + 1L) * config.hidden() * dtype.bytes();
  }

  /**
   * The profile of all batches; one of no rows is all NaN beside the diagonals. Cold; emits on a lane's
   * thread; a cancel stops reading at once.
   *
   * <p>Fails with {@link PrerequisiteException} where the device cannot hold all depths of a batch.
   */
  public Mono<DepthProfile> profile(Flux<TokenBatch> batches) {
    return running(batches).last(new DepthSums(sublayers)).map(DepthSums::profile);
  }

  /** The profile of the rows so far after each batch; the last is final. Empty without batches. */
  public Flux<DepthProfile> profiles(Flux<TokenBatch> batches) {
    return running(batches).map(DepthSums::profile);
  }

  private Flux<DepthSums> running(Flux<TokenBatch> batches) {
    return Flux.defer(() -> {
      DepthSums sums = new DepthSums(sublayers);
      return lanes
          .map(batches, this::rows)
          .map(rows -> {
            rows.forEach(sums::add);
            instruments.scored(rows.size(), rows.stream().mapToLong(RowDepths::tokens).sum());
            return sums;
          });
    });
  }

  private List<RowDepths> rows(TokenBatch batch) {
    return read(batch, boundaries -> engine.depths(boundaries.states(), batch));
  }

  private <R> R read(TokenBatch batch, Function<Boundaries, R> use) {
    long begun = System.nanoTime();
    try (Boundaries boundaries = Boundaries.of(engine, sublayers, batch)) {
      long walked = System.nanoTime();
      instruments.walked(batch.positions(), 1, 0, walked - begun);
      R result = use.apply(boundaries);
      instruments.read(System.nanoTime() - walked);
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

  /** Waits for batches in flight. */
  @Override
  public void close() {
    lanes.close();
    noCache.close();
  }
}
