package dev.sluice.harness.evaluation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.harness.engine.DeviceChoice;
import dev.sluice.harness.engine.DeviceMemory;
import dev.sluice.harness.engine.HiddenState;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.engine.TorchEngine;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.harness.model.TinyCheckpoints.TinySpec;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Measure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;

/** The wavefront on real tensors: tiny seeded checkpoints of every family. */
class TinyModelTest {
  private static final List<Measure> MEASURES = List.of(Measure.AG, Measure.TOP1, Measure.NLL);

  @TempDir Path folder;

  static List<TinySpec> families() {
    return TinyCheckpoints.all();
  }

  private static TorchEngine engine(Checkpoint checkpoint, boolean resident) {
    return TorchEngine.open(
        checkpoint,
        new TorchEngine.Options(DeviceChoice.CPU, Dtype.FLOAT32, resident, OptionalInt.of(1)));
  }

  private static List<int[]> rows(long seed, int count, int length) {
    Random random = new Random(seed);
    return IntStream.range(0, count).mapToObj(i -> random.ints(length, 0, 200).toArray()).toList();
  }

  /** Cuts of sublayers, and of single experts where there are any. */
  private static List<Variant> randomSet(Random random, ModelConfig config) {
    List<Sublayer> all = new ArrayList<>(config.sublayerList());
    config.ffn().experts().ifPresent(experts -> all.addAll(experts.each()));
    LinkedHashSet<Variant> set = new LinkedHashSet<>();
    while (set.size() < 6) {
      set.add(Variant.cutting(all.stream().filter(s -> random.nextInt(3) == 0).toList()));
    }
    return List.copyOf(set);
  }

  @ParameterizedTest
  @MethodSource("families")
  void wavefrontEqualsOneVariantAtATimeBitForBit(TinySpec spec) {
    try (Checkpoint checkpoint = Checkpoint.open(TinyCheckpoints.write(folder, spec));
        TorchEngine engine = engine(checkpoint, true);
        BoundaryCache cache = new BoundaryCache(1 << 24)) {
      int sublayers = checkpoint.config().sublayers();
      TokenBatch batch = new TokenBatch(0, rows(5, 2, 20));
      Wavefront wavefront = new Wavefront(engine, sublayers, cache, new Wavefront.Limits(1, 16));
      for (int seed = 0; seed < 5; seed++) {
        List<Variant> variants = randomSet(new Random(seed), checkpoint.config());
        cache.beginRound(variants, sublayers, 1 << 12);
        float[][][] together = wavefront.run(batch, variants, MEASURES);
        for (int i = 0; i < variants.size(); i++) {
          assertThat(together[i])
              .as("%s, seed %d, %s", spec, seed, variants.get(i))
              .isDeepEqualTo(alone(engine, checkpoint, batch, variants.get(i)));
        }
      }
    }
  }

  private static float[][] alone(
      TorchEngine engine, Checkpoint checkpoint, TokenBatch batch, Variant variant) {
    try (HiddenState reference =
            Forward.lastState(engine, checkpoint.config(), batch, Variant.intact());
        HiddenState state = Forward.lastState(engine, checkpoint.config(), batch, variant)) {
      return engine.compare(reference, List.of(state), batch, MEASURES, 16)[0];
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void stacksBatchesAndChunksChangeNothingBeyondRounding(TinySpec spec) {
    try (Checkpoint checkpoint = Checkpoint.open(TinyCheckpoints.write(folder, spec));
        TorchEngine engine = engine(checkpoint, true)) {
      List<Variant> variants = randomSet(new Random(17), checkpoint.config());
      List<int[]> rows = rows(3, 5, 24);
      Evaluation expected =
          evaluate(engine, checkpoint, rows, variants, new Plan(1, 1000, 1000, 100, 1));
      for (Plan plan :
          List.of(new Plan(4, 48, 7, 100, 1), new Plan(3, 24, 1, 2, 3), new Plan(1, 72, 5, 1, 2))) {
        Evaluation actual = evaluate(engine, checkpoint, rows, variants, plan);
        for (Variant variant : variants) {
          for (int m = 0; m < MEASURES.size(); m++) {
            double mean = expected.scoresOf(variant).get(m).mean();
            assertThat(actual.scoresOf(variant).get(m).mean())
                .as("%s %s %s %s", spec, plan, variant, MEASURES.get(m))
                .isCloseTo(mean, org.assertj.core.data.Offset.offset(1e-6 + 1e-5 * Math.abs(mean)));
          }
        }
      }
    }
  }

  /** How the same work is cut up. */
  private record Plan(int stack, int batchPositions, int chunkRows, int slice, int lanes) {}

  private static Evaluation evaluate(
      TorchEngine engine,
      Checkpoint checkpoint,
      List<int[]> rows,
      List<Variant> variants,
      Plan plan) {
    try (BoundaryCache cache = new BoundaryCache(0);
        Evaluator evaluator =
            new Evaluator(
                engine,
                checkpoint.config().sublayers(),
                cache,
                new Wavefront.Limits(plan.stack(), plan.chunkRows()),
                new Evaluator.Room(plan.lanes(), plan.slice()))) {
      Flux<TokenBatch> batches =
          new Batcher(plan.batchPositions()).batches(Flux.fromIterable(rows));
      return requireNonNull(
          evaluator.evaluate(Evaluator.Request.of(variants, MEASURES, batches)).blockLast());
    }
  }

  @Test
  void streamedWeightsGiveTheSameBitsAndAreLoadedOncePerUse() {
    TinySpec spec = TinyCheckpoints.llama();
    try (Checkpoint checkpoint = Checkpoint.open(TinyCheckpoints.write(folder, spec));
        TorchEngine resident = engine(checkpoint, true);
        TorchEngine streamed = engine(checkpoint, false)) {
      TokenBatch batch = new TokenBatch(0, rows(9, 2, 16));
      float[][] expected = Forward.logits(resident, checkpoint.config(), batch, Variant.intact());
      float[][] actual = Forward.logits(streamed, checkpoint.config(), batch, Variant.intact());
      assertThat(actual).isDeepEqualTo(expected);
      assertThat(streamed.weightLoads()).isEqualTo(checkpoint.config().sublayers());
    }
  }

  @Test
  void rightPaddingChangesNoScore() {
    try (Checkpoint checkpoint =
            Checkpoint.open(TinyCheckpoints.write(folder, TinyCheckpoints.llama()));
        TorchEngine engine = engine(checkpoint, true)) {
      int[] full = rows(2, 1, 20).getFirst();
      int[] part = Arrays.copyOf(full, 9);
      List<Variant> variants = randomSet(new Random(1), checkpoint.config());
      Evaluation alone =
          evaluate(engine, checkpoint, List.of(part), variants, new Plan(1, 9, 16, 9, 1));
      Evaluation padded =
          evaluate(engine, checkpoint, List.of(full, part), variants, new Plan(1, 40, 16, 9, 1));
      for (Variant variant : variants) {
        assertThat(padded.scoresOf(variant).getFirst().rows().get(1))
            .isCloseTo(
                alone.scoresOf(variant).getFirst().rows().getFirst(),
                org.assertj.core.data.Offset.offset(1e-6));
      }
    }
  }

  @Test
  void lanesGiveTheSameBitsAsOneThread() {
    try (Checkpoint checkpoint =
            Checkpoint.open(TinyCheckpoints.write(folder, TinyCheckpoints.llama()));
        TorchEngine engine = engine(checkpoint, true)) {
      List<int[]> rows = rows(6, 24, 24);
      for (int seed = 0; seed < 5; seed++) {
        List<Variant> variants = randomSet(new Random(seed), checkpoint.config());
        Evaluation one = evaluate(engine, checkpoint, rows, variants, new Plan(1, 48, 16, 4, 1));
        Evaluation four = evaluate(engine, checkpoint, rows, variants, new Plan(1, 48, 16, 4, 4));
        assertThat(four.scores()).as("seed %d", seed).isEqualTo(one.scores());
      }
    }
  }

  @Test
  void aThousandEvaluationsAndCancelsLeakNoNativeMemory() {
    try (Checkpoint checkpoint =
            Checkpoint.open(TinyCheckpoints.write(folder, TinyCheckpoints.llama()));
        TorchEngine engine = engine(checkpoint, true);
        BoundaryCache cache = new BoundaryCache(1 << 20)) {
      long grown;
      try (Evaluator evaluator =
          new Evaluator(
              engine,
              checkpoint.config().sublayers(),
              cache,
              new Wavefront.Limits(2, 16),
              new Evaluator.Room(2, 8))) {
        grown = growth(evaluator, checkpoint.config());
      }
      cache.clear();
      assertThat(engine.liveStates()).isZero();
      assertThat(grown).as("bytes grown over 1,000 evaluations").isLessThan(48L << 20);
    }
  }

  private static long growth(Evaluator evaluator, ModelConfig config) {
    List<Variant> variants = randomSet(new Random(2), config).subList(0, 3);
    Flux<TokenBatch> batches = new Batcher(16).batches(Flux.fromIterable(rows(4, 3, 16)));
    Flux<Evaluation> evaluation =
        evaluator.evaluate(Evaluator.Request.of(variants, MEASURES, batches));
    // By then the Java heap has touched all the pages that it uses.
    IntStream.range(0, 2500).forEach(i -> evaluation.take(1 + i % 3).blockLast());
    long before = DeviceMemory.residentBytes();
    IntStream.range(0, 1000).forEach(i -> evaluation.take(1 + i % 3).blockLast());
    return DeviceMemory.residentBytes() - before;
  }
}
