package dev.sluice.harness.microbenchmark;

import dev.sluice.harness.engine.HiddenState;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.evaluation.MemoryPlan;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.scorers.Measure;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Comparing variants with the intact model on 512 positions: head, softmax, divergence. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(1)
public class DivergenceMicrobenchmark {
  private static final long BUDGET = 1L << 30;

  /** Tokens that the model knows. */
  @Param({"704", "32000"})
  int vocabulary;

  /** What is computed. */
  @Param Measure measure;

  /** Variants compared with one reference, whose logits they share. */
  @Param({"1", "4"})
  int variants;

  private TinyModel model;
  private TokenBatch batch;
  private HiddenState reference;
  private List<HiddenState> states;
  private int chunkRows;

  /** Open the model. */
  @Setup(Level.Trial)
  public void open() {
    model = TinyModel.open(1, vocabulary);
    batch = model.batch(2, 256);
    reference = model.engine().embed(batch);
    HiddenState changed = model.engine().apply(Sublayer.at(1), reference);
    states = Collections.nCopies(variants, changed);
    MemoryPlan.Work work =
        new MemoryPlan.Work(
            model.checkpoint().config(), Dtype.FLOAT32, false, batch.positions(), 1, 1);
    chunkRows = MemoryPlan.of(work, BUDGET).chunkRows();
  }

  /** As a search compares, in chunks of rows. */
  @Benchmark
  public float[][][] compare() {
    return model.engine().compare(reference, states, batch, List.of(measure), chunkRows);
  }

  /** Free native memory. */
  @TearDown(Level.Trial)
  public void close() {
    states.getFirst().close();
    reference.close();
    model.close();
  }
}
