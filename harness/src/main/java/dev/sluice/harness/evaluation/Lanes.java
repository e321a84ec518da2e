package dev.sluice.harness.evaluation;

import dev.sluice.harness.engine.DeviceOutOfMemory;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.PrerequisiteException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Threads that each walk one batch at a time, and how many variants a walk may hold. */
public final class Lanes implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Lanes.class);

  /** Batches that wait for a lane, so that none waits for the tokeniser. */
  static final int PREFETCH = 2;

  private final int count;
  private final BoundaryCache cache;
  private final Instruments instruments;
  private final Instruments.Stage stage;
  private final ExecutorService threads;
  private final Scheduler device;
  private volatile int largestSlice;
  private boolean warned;

  /**
   * @param cache emptied when the device runs out of memory
   * @param stage where the instruments see the elements wait
   */
  public Lanes(
      Evaluator.Room room, BoundaryCache cache, Instruments instruments, Instruments.Stage stage) {
    this.count = room.lanes();
    this.largestSlice = room.variants();
    this.cache = cache;
    this.instruments = instruments;
    this.stage = stage;
    this.threads =
        Executors.newFixedThreadPool(
            count, Thread.ofPlatform().name("lane-", 1).daemon().factory());
    this.device = Schedulers.fromExecutorService(threads);
  }

  /** How many elements are worked on at once. */
  public int count() {
    return count;
  }

  /** Results in the order of the input, whichever lane was first; demand comes from the lanes. */
  public <T, R> Flux<R> map(Flux<T> batches, Function<T, R> work) {
    return Flux.defer(() -> {
      Passage passage = new Passage(instruments, stage);
      return passage.out(
          passage
              .in(batches)
              .publishOn(Schedulers.immediate(), PREFETCH)
              .flatMapSequential(
                  batch -> Mono.fromCallable(() -> run(passage, work, batch)).subscribeOn(device),
                  count,
                  1));
    });
  }

  private <T, R> R run(Passage passage, Function<T, R> work, T batch) {
    passage.taken();
    instruments.lane(1);
    try {
      return work.apply(batch);
    } finally {
      instruments.lane(-1);
    }
  }

  /**
   * Walk as many variants at once as fit; where the device runs out of memory, half as many from then
   * on.
   *
   * @param walk gives one result a variant
   */
  <R> List<R> sliced(List<Variant> variants, Function<List<Variant>, List<R>> walk) {
    List<R> results = new ArrayList<>();
    while (results.size() < variants.size()) {
      int from = results.size();
      List<Variant> slice = variants.subList(from, Math.min(from + largestSlice, variants.size()));
      try {
        results.addAll(walk.apply(slice));
      } catch (DeviceOutOfMemory e) {
        halve(slice.size(), e);
      }
    }
    return results;
  }

  private synchronized void halve(int slice, DeviceOutOfMemory cause) {
    cache.clear();
    if (slice == 1) {
      throw new PrerequisiteException(
          "the device has no memory for even one variant ("
              + cause.getMessage()
              + "). Lower --batch-tokens or --memory",
          cause);
    }
    largestSlice = Math.min(largestSlice, (slice + 1) / 2);
    instruments.halved(largestSlice);
    if (!warned) {
      warned = true;
      LOG.warn(
          "device out of memory with {} variants at once: going on with {} ({})",
          slice,
          largestSlice,
          cause.getMessage());
    }
  }

  /** Waits for batches in flight. */
  @Override
  public void close() {
    threads.close();
    device.dispose();
  }
}
