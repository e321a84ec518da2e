package dev.sluice.harness.evaluation;

import dev.sluice.harness.engine.DeviceOutOfMemory;
import dev.sluice.harness.engine.Engine;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.PrerequisiteException;
import dev.sluice.scorers.Score;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Streams batches through a set of variants and their scores out. One thread a device runs
 * everything native; demand comes from it.
 */
public final class Evaluator implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Evaluator.class);

  /** Batches that wait at the device, so that it never waits for the tokeniser. */
  static final int PREFETCH = 2;

  private final Wavefront wavefront;
  private final BoundaryCache cache;
  private final Scheduler device = Schedulers.newSingle("device", true);
  private int largestSlice;
  private boolean warned;

  /**
   * What is to be evaluated.
   *
   * @param variants without repetition
   * @param measures to compute for each
   * @param batches read once for each subscriber
   * @param race drops hopeless variants by the first measure; empty scores all to the end
   * @param variantsInStep among how many the race is decided
   */
  public record Request(
      List<Variant> variants,
      List<Measure> measures,
      Flux<TokenBatch> batches,
      Optional<Race> race,
      int variantsInStep) {
    public Request {
      variants = List.copyOf(variants);
      measures = List.copyOf(measures);
    }

    public static Request of(
        List<Variant> variants, List<Measure> measures, Flux<TokenBatch> batches) {
      return new Request(variants, measures, batches, Optional.empty(), variants.size());
    }
  }

  /**
   * @param largestSlice variants that fit into memory together, the intact model not counted; more
   *     are evaluated in several passes over a batch
   */
  public Evaluator(
      Engine engine,
      int sublayers,
      BoundaryCache cache,
      Wavefront.Limits limits,
      int largestSlice) {
    this.cache = cache;
    this.wavefront = new Wavefront(engine, sublayers, cache, limits);
    this.largestSlice = largestSlice;
  }

  /**
   * The scores after each batch, the last being final; empty if there is no batch.
   *
   * <p>Cold. Emits on the device's thread, holds at most {@value #PREFETCH} batches besides the one
   * being run. A cancel stops reading at once; the batch in flight ends and its states are freed.
   */
  public Flux<Evaluation> evaluate(Request request) {
    return Flux.defer(() -> {
      Running running = new Running(request);
      return request.batches().publishOn(device, PREFETCH).map(running::next);
    });
  }

  private float[][][] runSliced(TokenBatch batch, List<Variant> variants, List<Measure> measures) {
    List<float[][]> values = new ArrayList<>();
    int from = 0;
    while (from < variants.size()) {
      List<Variant> slice = variants.subList(from, Math.min(from + largestSlice, variants.size()));
      try {
        values.addAll(List.of(wavefront.run(batch, slice, measures)));
        from += slice.size();
      } catch (DeviceOutOfMemory e) {
        halve(slice.size(), e);
      }
    }
    return values.toArray(new float[0][][]);
  }

  private void halve(int slice, DeviceOutOfMemory cause) {
    cache.clear();
    if (slice == 1) {
      throw new PrerequisiteException(
          "the device has no memory for even one variant ("
              + cause.getMessage()
              + "). Lower --batch-tokens or --memory",
          cause);
    }
    largestSlice = (slice + 1) / 2;
    if (!warned) {
      warned = true;
      LOG.warn(
          "device out of memory with {} variants at once: going on with {} ({})",
          slice,
          largestSlice,
          cause.getMessage());
    }
  }

  /** Sublayers run so far. */
  public long passes() {
    return wavefront.passes();
  }

  /** Sublayers that one forward pass a variant would have run. */
  public long naivePasses() {
    return wavefront.naivePasses();
  }

  /** Do something on the device's thread, between evaluations, and wait for it. */
  public void onDevice(Runnable work) {
    Mono.fromRunnable(work).subscribeOn(device).block();
  }

  @Override
  public void close() {
    device.dispose();
  }

  /** The scores of one subscriber's stream. */
  private final class Running {
    private final Request request;
    private final Map<Variant, RunningScores> scores = new LinkedHashMap<>();
    private final Set<Variant> dropped = new LinkedHashSet<>();
    private int rows;
    private long positions;

    Running(Request request) {
      this.request = request;
      request.variants().forEach(v -> scores.put(v, new RunningScores(request.measures())));
    }

    Evaluation next(TokenBatch batch) {
      List<Variant> racing = request.variants().stream().filter(v -> !dropped.contains(v)).toList();
      float[][][] values = runSliced(batch, racing, request.measures());
      for (int i = 0; i < racing.size(); i++) {
        running(racing.get(i)).add(batch, values[i]);
      }
      rows += batch.rows();
      for (int row = 0; row < batch.rows(); row++) {
        positions += batch.length(row);
      }
      request.race().ifPresent(race -> dropped.addAll(hopeless(race, racing)));
      Map<Variant, List<Score>> soFar = new LinkedHashMap<>();
      scores.forEach((variant, s) -> soFar.put(variant, s.scores()));
      return new Evaluation(rows, positions, soFar, dropped);
    }

    private Set<Variant> hopeless(Race race, List<Variant> racing) {
      Map<Variant, double[]> values = new LinkedHashMap<>();
      racing.forEach(v -> values.put(v, running(v).rows(0)));
      return race.hopeless(values, request.variantsInStep());
    }

    private RunningScores running(Variant variant) {
      RunningScores running = scores.get(variant);
      if (running == null) {
        throw new IllegalStateException("no scores for " + variant);
      }
      return running;
    }
  }
}
