package dev.sluice.harness.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.harness.engine.DeviceChoice;
import dev.sluice.harness.engine.DeviceMemory;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.engine.TorchEngine;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.harness.model.TinyCheckpoints.TinySpec;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Measure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** What a set of variants takes at its peak, beside what their logits would take. */
class MemoryBudgetTest {
  private static final int VOCABULARY = 65_536;
  private static final int BLOCKS = 4;
  private static final int ROWS = 2;
  private static final int LENGTH = 128;
  private static final long BUDGET = 128L << 20;
  private static final long SEED = 11;

  /** What the system itself rounds up, and the Java heap's own growth. */
  private static final long SLACK = 96L << 20;

  @TempDir private Path folder;

  @Test
  void peakOfManyVariantsOverALargeVocabularyStaysWithinTheBudget() {
    TinySpec spec =
        new TinySpec(
            "llama", BLOCKS, 16, 2, 2, 8, 32, VOCABULARY, true, false, Dtype.FLOAT32, 1, SEED);
    List<Variant> variants =
        IntStream.range(0, 2 * BLOCKS).mapToObj(Sublayer::at).map(Variant::cutting).toList();
    long logits = 4L * variants.size() * ROWS * LENGTH * VOCABULARY;
    long growth = growth(TinyCheckpoints.write(folder, spec), variants);
    assertThat(growth)
        .as("bytes at the peak of %s variants, whose logits are %s bytes", variants.size(), logits)
        .isLessThan(BUDGET + SLACK)
        .isLessThan(logits / 2);
  }

  private static long growth(Path model, List<Variant> variants) {
    TorchEngine.Options options =
        new TorchEngine.Options(DeviceChoice.CPU, Dtype.FLOAT32, true, OptionalInt.of(1));
    try (Checkpoint checkpoint = Checkpoint.open(model);
        TorchEngine engine = TorchEngine.open(checkpoint, options)) {
      TokenBatch batch = batch(0, ROWS, LENGTH);
      MemoryPlan plan =
          MemoryPlan.of(
              new MemoryPlan.Work(
                  checkpoint.config(), Dtype.FLOAT32, false, batch.positions(), 1, 1),
              BUDGET);
      try (BoundaryCache cache = new BoundaryCache(plan.cacheBytes());
          Evaluator evaluator =
              new Evaluator(
                  engine,
                  checkpoint.config().sublayers(),
                  cache,
                  new Wavefront.Limits(1, plan.chunkRows()),
                  new Evaluator.Room(1, plan.variants()))) {
        evaluate(evaluator, variants.subList(0, 1), batch(ROWS, 1, 2));
        forgetPeak();
        long before = DeviceMemory.residentBytes();
        evaluate(evaluator, variants, batch);
        return DeviceMemory.peakResidentBytes() - before;
      }
    }
  }

  private static void evaluate(Evaluator evaluator, List<Variant> variants, TokenBatch batch) {
    List<Measure> measures = List.of(Measure.AG);
    evaluator.evaluate(Evaluator.Request.of(variants, measures, Flux.just(batch))).blockLast();
  }

  private static TokenBatch batch(int firstRow, int rows, int length) {
    Random random = new Random(SEED);
    return new TokenBatch(
        firstRow,
        IntStream.range(0, rows)
            .mapToObj(row -> random.ints(length, 0, VOCABULARY).toArray())
            .toList());
  }

  /** Let the peak begin at what is resident now. */
  private static void forgetPeak() {
    try {
      Files.writeString(Path.of("/proc/self/clear_refs"), "5");
    } catch (IOException e) {
      assumeTrue(false, "the system keeps the peak of earlier tests: " + e);
    }
  }
}
