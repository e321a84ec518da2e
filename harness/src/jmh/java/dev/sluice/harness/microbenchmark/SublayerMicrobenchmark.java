package dev.sluice.harness.microbenchmark;

import dev.sluice.harness.engine.HiddenState;
import dev.sluice.harness.model.Sublayer;
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

/** One state through one sublayer on one thread: the unit in which a search is paid. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SublayerMicrobenchmark {
  /** Rows of 256 tokens. */
  @Param({"1", "10"})
  int rows;

  private TinyModel model;
  private HiddenState state;

  /** Open the model. */
  @Setup(Level.Trial)
  public void open() {
    model = TinyModel.open(1, 704);
    state = model.engine().embed(model.batch(rows, 256));
  }

  /** Norm, projections, rotation, scaled dot product, residual. */
  @Benchmark
  public void attention() {
    model.engine().apply(Sublayer.at(0), state).close();
  }

  /** Norm, gated projections, residual. */
  @Benchmark
  public void ffn() {
    model.engine().apply(Sublayer.at(1), state).close();
  }

  /** Free native memory. */
  @TearDown(Level.Trial)
  public void close() {
    state.close();
    model.close();
  }
}
