package dev.sluice.harness.evaluation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.harness.engine.EngineFailure;
import dev.sluice.harness.engine.NativeErrors;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.PrerequisiteException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** The stream around the wavefront. */
class EvaluatorTest {
  private static final int SUBLAYERS = 8;
  private static final List<Measure> KL = List.of(Measure.KL);
  private static final List<Variant> SINGLES =
      IntStream.range(0, SUBLAYERS).mapToObj(j -> Variant.cutting(Sublayer.at(j))).toList();
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static Evaluator evaluator(FakeEngine engine, int slice) {
    return evaluator(engine, slice, 1);
  }

  private static Evaluator evaluator(FakeEngine engine, int slice, int lanes) {
    return new Evaluator(
        engine,
        SUBLAYERS,
        new BoundaryCache(0),
        new Wavefront.Limits(1, 8),
        new Evaluator.Room(lanes, slice));
  }

  private static Flux<TokenBatch> batches(int count, AtomicInteger read) {
    return Flux.range(0, count)
        .map(i -> new TokenBatch(i, List.of(new int[] {1, 2, 3 + i})))
        .doOnNext(b -> read.incrementAndGet());
  }

  @Test
  void theDevicesDemandBoundsWhatIsRead() {
    AtomicInteger read = new AtomicInteger();
    FakeEngine engine = new FakeEngine(SUBLAYERS, Integer.MAX_VALUE);
    try (Evaluator evaluator = evaluator(engine, 8)) {
      Flux<Evaluation> evaluations =
          evaluator.evaluate(Evaluator.Request.of(SINGLES, KL, batches(1_000_000, read)));
      StepVerifier.create(evaluations, 3)
          .expectNextCount(3)
          .then(() -> assertThat(read.get()).isLessThanOrEqualTo(3 + 2 * Evaluator.PREFETCH))
          .thenCancel()
          .verify(PATIENCE);
    }
    assertThat(read.get()).isLessThanOrEqualTo(3 + 2 * Evaluator.PREFETCH);
    assertThat(engine.liveStates()).as("states after a cancel").isZero();
  }

  @Test
  void lanesReadNoFurtherAheadThanEachHoldsABatch() {
    int lanes = 3;
    AtomicInteger read = new AtomicInteger();
    FakeEngine engine = new FakeEngine(SUBLAYERS, Integer.MAX_VALUE);
    try (Evaluator evaluator = evaluator(engine, 8, lanes)) {
      StepVerifier.create(
              evaluator.evaluate(Evaluator.Request.of(SINGLES, KL, batches(1_000_000, read))), 3)
          .expectNextCount(3)
          .thenCancel()
          .verify(PATIENCE);
    }
    assertThat(read.get()).isLessThanOrEqualTo(3 + lanes + 2 * Evaluator.PREFETCH);
    assertThat(engine.liveStates()).as("states after a cancel").isZero();
  }

  @Test
  void batchesCountInTheirOrderWhicheverLaneIsFirst() {
    for (int lanes = 1; lanes <= 5; lanes++) {
      FakeEngine engine = new FakeEngine(SUBLAYERS, Integer.MAX_VALUE);
      try (Evaluator evaluator = evaluator(engine, 3, lanes)) {
        List<Evaluation> evaluations =
            requireNonNull(
                evaluator
                    .evaluate(Evaluator.Request.of(SINGLES, KL, batches(200, new AtomicInteger())))
                    .collectList()
                    .block(PATIENCE));
        assertThat(evaluations).as("%d lanes", lanes).extracting(Evaluation::rows).hasSize(200);
        List<Double> rows = evaluations.getLast().scoresOf(SINGLES.getFirst()).getFirst().rows();
        for (int i = 0; i < 200; i++) {
          TokenBatch batch = new TokenBatch(i, List.of(new int[] {1, 2, 3 + i}));
          assertThat(rows.get(i))
              .as("%d lanes, batch %d", lanes, i)
              .isEqualTo(engine.expected(batch, SINGLES.getFirst()));
        }
      }
    }
  }

  @Test
  void lanesShareOneCacheWithoutLosingAState() {
    FakeEngine engine = new FakeEngine(SUBLAYERS, Integer.MAX_VALUE);
    try (BoundaryCache cache = new BoundaryCache(500);
        Evaluator evaluator =
            new Evaluator(
                engine, SUBLAYERS, cache, new Wavefront.Limits(2, 8), new Evaluator.Room(4, 8))) {
      for (int round = 0; round < 30; round++) {
        cache.beginRound(SINGLES, SUBLAYERS, 1);
        Evaluation last =
            last(
                evaluator.evaluate(
                    Evaluator.Request.of(SINGLES, KL, batches(20, new AtomicInteger()))));
        TokenBatch batch = new TokenBatch(19, List.of(new int[] {1, 2, 22}));
        SINGLES.forEach(v ->
            assertThat(last.scoresOf(v).getFirst().rows().getLast())
                .isEqualTo(engine.expected(batch, v)));
        if (round % 7 == 6) {
          cache.clear();
        }
      }
      assertThat(cache.bytes()).isPositive().isLessThanOrEqualTo(500);
    }
    assertThat(engine.liveStates()).isZero();
  }

  @Test
  void cancellingStopsReading() {
    AtomicInteger read = new AtomicInteger();
    AtomicInteger cancelled = new AtomicInteger();
    FakeEngine engine = new FakeEngine(SUBLAYERS, Integer.MAX_VALUE);
    try (Evaluator evaluator = evaluator(engine, 8)) {
      Flux<TokenBatch> source = batches(1_000_000, read).doOnCancel(cancelled::incrementAndGet);
      evaluator.evaluate(Evaluator.Request.of(SINGLES, KL, source)).take(5).blockLast(PATIENCE);
    }
    assertThat(cancelled.get()).isEqualTo(1);
    assertThat(read.get()).isLessThan(5 + 3 * Evaluator.PREFETCH);
    assertThat(engine.liveStates()).isZero();
  }

  @Test
  void outOfMemoryHalvesTheSliceAndGoesOnWithTheSameNumbers() {
    AtomicInteger read = new AtomicInteger();
    FakeEngine roomy = new FakeEngine(SUBLAYERS, Integer.MAX_VALUE);
    FakeEngine tight = new FakeEngine(SUBLAYERS, 4);
    try (Evaluator all = evaluator(roomy, 8);
        Evaluator halved = evaluator(tight, 8, 1)) {
      Evaluation expected = last(all.evaluate(Evaluator.Request.of(SINGLES, KL, batches(3, read))));
      Evaluation actual =
          last(halved.evaluate(Evaluator.Request.of(SINGLES, KL, batches(3, read))));
      assertThat(actual.scores()).isEqualTo(expected.scores());
    }
    assertThat(tight.liveStates()).isZero();
  }

  @Test
  void memoryForNotEvenOneVariantIsTheUsersToRepair() {
    try (Evaluator evaluator = evaluator(new FakeEngine(SUBLAYERS, 1), 8)) {
      Flux<Evaluation> evaluations =
          evaluator.evaluate(Evaluator.Request.of(SINGLES, KL, batches(3, new AtomicInteger())));
      assertThatThrownBy(() -> evaluations.blockLast(PATIENCE))
          .isInstanceOf(PrerequisiteException.class)
          .hasMessageContaining("--batch-tokens");
    }
  }

  @Test
  void aNativeErrorEndsTheStreamInsteadOfHangingIt() {
    assertThatThrownBy(() -> NativeErrors.raise(new UnsatisfiedLinkError("libtorch is gone")))
        .isInstanceOf(EngineFailure.class)
        .hasMessageContaining("libtorch is gone");
  }

  @Test
  void aRaceDropsWhatCannotWinAndScoresTheRestFully() {
    AtomicInteger read = new AtomicInteger();
    FakeEngine engine = new FakeEngine(SUBLAYERS, Integer.MAX_VALUE);
    try (Evaluator evaluator = evaluator(engine, 8)) {
      Race race = new PairedRace(0.95, 12, SINGLES.size());
      Evaluation last =
          last(
              evaluator.evaluate(
                  new Evaluator.Request(SINGLES, KL, batches(12, read), Optional.of(race))));
      assertThat(last.dropped()).hasSizeLessThan(SINGLES.size());
      SINGLES.stream()
          .filter(v -> !last.dropped().contains(v))
          .forEach(v -> assertThat(last.scoresOf(v).getFirst().rows()).hasSize(12));
    }
  }

  @Test
  void aRaceDropsTheSameWhateverLanesComputeAhead() {
    for (OptionalDouble toBeat :
        List.of(OptionalDouble.empty(), OptionalDouble.of(10), OptionalDouble.of(1e6))) {
      Evaluation one = raced(1, toBeat);
      for (int lanes = 2; lanes <= 5; lanes++) {
        Evaluation more = raced(lanes, toBeat);
        assertThat(more.dropped()).as("%d lanes", lanes).isEqualTo(one.dropped());
        assertThat(more.scores()).as("%d lanes", lanes).isEqualTo(one.scores());
        assertThat(more.positions()).as("%d lanes", lanes).isEqualTo(one.positions());
      }
    }
    assertThat(raced(3, OptionalDouble.of(10)).dropped())
        .as("all values are far above 10")
        .hasSize(SINGLES.size());
    Evaluation open = raced(3, OptionalDouble.empty());
    assertThat(open.dropped()).as("someone wins").hasSizeBetween(1, SINGLES.size() - 1);
  }

  private static Evaluation raced(int lanes, OptionalDouble toBeat) {
    FakeEngine engine = new FakeEngine(SUBLAYERS, Integer.MAX_VALUE);
    try (Evaluator evaluator = evaluator(engine, 8, lanes)) {
      return last(
          evaluator.evaluate(
              new Evaluator.Request(
                  SINGLES,
                  KL,
                  batches(40, new AtomicInteger()),
                  Optional.of(new SoundRace(toBeat, 120)))));
    }
  }

  private static Evaluation last(Flux<Evaluation> evaluations) {
    return requireNonNull(evaluations.blockLast(PATIENCE));
  }
}
