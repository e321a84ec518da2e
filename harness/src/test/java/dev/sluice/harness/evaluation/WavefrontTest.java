package dev.sluice.harness.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Measure;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The walk's bookkeeping, on an engine that fingerprints the work done. */
class WavefrontTest {
  private static final List<Measure> KL = List.of(Measure.KL);
  private static final int UNBOUNDED = Integer.MAX_VALUE;

  private static TokenBatch batch(int firstRow) {
    return new TokenBatch(firstRow, List.of(new int[] {1, 2 + firstRow}));
  }

  private static Variant random(Random random, int sublayers) {
    double share = random.nextDouble();
    return Variant.cutting(
        IntStream.range(0, sublayers)
            .filter(j -> random.nextDouble() < share)
            .mapToObj(Sublayer::at)
            .toList());
  }

  private static List<Variant> randomSet(Random random, int sublayers) {
    Set<Variant> set = new LinkedHashSet<>();
    IntStream.range(0, 1 + random.nextInt(12)).forEach(i -> set.add(random(random, sublayers)));
    return List.copyOf(set);
  }

  @Test
  void everyVariantGetsExactlyItsOwnWorkWhateverStackAndCache() {
    for (long seed = 0; seed < 400; seed++) {
      Random random = new Random(seed);
      int sublayers = 2 * (1 + random.nextInt(6));
      int stack = 1 + random.nextInt(5);
      long budget = random.nextInt(3) == 0 ? 0 : random.nextInt(60);
      FakeEngine engine = new FakeEngine(sublayers, UNBOUNDED);
      try (BoundaryCache cache = new BoundaryCache(budget)) {
        Wavefront wavefront =
            new Wavefront(engine, sublayers, cache, new Wavefront.Limits(stack, 8));
        for (int round = 0; round < 4; round++) {
          List<Variant> variants = randomSet(random, sublayers);
          cache.beginRound(variants, sublayers, 2);
          for (int row = 0; row < 2; row++) {
            requireOwnWork(engine, wavefront, batch(row), variants, "seed " + seed);
          }
        }
        assertThat(cache.bytes())
            .as("seed %d: cache within its budget", seed)
            .isLessThanOrEqualTo(budget);
      }
      assertThat(engine.liveStates()).as("seed %d: states left open", seed).isZero();
    }
  }

  private static void requireOwnWork(
      FakeEngine engine,
      Wavefront wavefront,
      TokenBatch batch,
      List<Variant> variants,
      String what) {
    float[][][] values = wavefront.run(batch, variants, KL);
    for (int i = 0; i < variants.size(); i++) {
      assertThat(values[i][0][1])
          .as("%s, %s", what, variants.get(i))
          .isEqualTo(engine.expected(batch, variants.get(i)));
    }
  }

  @Test
  void oneStepOfSingleCutsPassesEachSharedPrefixOnce() {
    int n = 16;
    FakeEngine engine = new FakeEngine(n, UNBOUNDED);
    Wavefront wavefront =
        new Wavefront(engine, n, new BoundaryCache(0), new Wavefront.Limits(1, 8));
    List<Variant> singles =
        IntStream.range(0, n).mapToObj(j -> Variant.cutting(Sublayer.at(j))).toList();
    wavefront.run(batch(0), singles, KL);
    assertThat(wavefront.passes())
        .as("n + n(n-1)/2, the intact model with it")
        .isEqualTo(n + n * (n - 1) / 2);
    assertThat(wavefront.naivePasses()).isEqualTo((long) n * (n - 1));
  }

  @Test
  void afterALateCutOnlyTheTailIsRun() {
    int n = 16;
    int cut = 12;
    FakeEngine engine = new FakeEngine(n, UNBOUNDED);
    try (BoundaryCache cache = new BoundaryCache(UNBOUNDED)) {
      Wavefront wavefront = new Wavefront(engine, n, cache, new Wavefront.Limits(1, 8));
      List<Variant> first =
          IntStream.range(0, n).mapToObj(j -> Variant.cutting(Sublayer.at(j))).toList();
      cache.beginRound(first, n, 1);
      wavefront.run(batch(0), first, KL);
      long before = wavefront.passes();
      List<Variant> second =
          IntStream.range(0, n)
              .filter(j -> j != cut)
              .mapToObj(j -> Variant.cutting(Sublayer.at(j), Sublayer.at(cut)))
              .toList();
      cache.beginRound(second, n, 1);
      wavefront.run(batch(0), second, KL);
      assertThat(wavefront.passes() - before)
          .as(
              "12 candidates before the cut run 3 sublayers each; 13, 14, 15 start from kept states")
          .isLessThanOrEqualTo(cut * 3 + 3 + 2 + 1);
    }
    assertThat(engine.liveStates()).isZero();
  }

  @Test
  void liveStatesNeverExceedTheSliceByMoreThanTheReferenceAndOneCall() {
    int n = 24;
    FakeEngine engine = new FakeEngine(n, UNBOUNDED);
    Wavefront wavefront =
        new Wavefront(engine, n, new BoundaryCache(0), new Wavefront.Limits(1, 8));
    List<Variant> variants = new ArrayList<>();
    Random random = new Random(7);
    while (variants.size() < 10) {
      variants.add(random(random, n));
    }
    Collections.shuffle(variants, random);
    wavefront.run(batch(0), List.copyOf(new LinkedHashSet<>(variants)), KL);
    assertThat(engine.mostLive()).isLessThanOrEqualTo(10 + 1 + 1);
  }

  @Test
  void anErrorHalfWayLeavesNoStateOpen() {
    for (int limit = 1; limit < 12; limit++) {
      FakeEngine engine = new FakeEngine(12, limit);
      Wavefront wavefront =
          new Wavefront(engine, 12, new BoundaryCache(0), new Wavefront.Limits(3, 8));
      List<Variant> singles =
          IntStream.range(0, 12).mapToObj(j -> Variant.cutting(Sublayer.at(j))).toList();
      try {
        wavefront.run(batch(0), singles, KL);
      } catch (dev.sluice.harness.engine.DeviceOutOfMemory expected) {
        assertThat(expected).hasMessageContaining("fake device");
      }
      assertThat(engine.liveStates()).as("limit %d", limit).isZero();
    }
  }
}
