package dev.sluice.harness.profile;

import dev.sluice.harness.engine.Engine;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.evaluation.Instruments;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.scorers.DepthProfile;
import dev.sluice.scorers.DepthSums;
import dev.sluice.scorers.PrerequisiteException;
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
  private final DepthLanes lanes;

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
    this.lanes = new DepthLanes(engine, sublayers, lanes, instruments);
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
          .map(batches, engine::depths)
          .map(rows -> {
            rows.forEach(sums::add);
            return sums;
          });
    });
  }

  /** Waits for batches in flight. */
  @Override
  public void close() {
    lanes.close();
  }
}
