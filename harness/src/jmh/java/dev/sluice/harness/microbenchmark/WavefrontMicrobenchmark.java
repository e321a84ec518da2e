package dev.sluice.harness.microbenchmark;

import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.evaluation.BoundaryCache;
import dev.sluice.harness.evaluation.Wavefront;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Measure;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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

/**
 * The second step of a greedy search: one sublayer is cut, every candidate is a further one. With
 * the cache, the states of the first step are there.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class WavefrontMicrobenchmark {
  private static final int BLOCKS = 8;
  private static final int SUBLAYERS = 2 * BLOCKS;
  private static final Variant CUT = Variant.cutting(Sublayer.at(SUBLAYERS - 5));
  private static final List<Measure> MEASURES = List.of(Measure.AG);
  private static final long ROOM = 1L << 30;

  /** The last so many sublayers. */
  @Param({"4", "8", "15"})
  int candidates;

  /** Whether boundary states are kept. */
  @Param({"true", "false"})
  boolean cache;

  private TinyModel model;
  private TokenBatch batch;
  private BoundaryCache states;
  private Wavefront wavefront;
  private List<Variant> first;
  private List<Variant> second;

  /** Open the model. */
  @Setup(Level.Trial)
  public void open() {
    model = TinyModel.open(BLOCKS, 704);
    batch = model.batch(2, 64);
    states = new BoundaryCache(cache ? ROOM : 0);
    wavefront = new Wavefront(model.engine(), SUBLAYERS, states, new Wavefront.Limits(1, 128));
    List<Sublayer> asked =
        IntStream.range(0, SUBLAYERS)
            .mapToObj(Sublayer::at)
            .filter(s -> !CUT.isCut(s))
            .skip(SUBLAYERS - 1 - candidates)
            .toList();
    first = Stream.concat(Stream.of(CUT), asked.stream().map(Variant::cutting)).toList();
    second = asked.stream().map(s -> CUT.and(List.of(s))).toList();
  }

  /** Run the first step, whose states the second may use. */
  @Setup(Level.Invocation)
  public void firstStep() {
    states.clear();
    if (cache) {
      states.beginRound(first, SUBLAYERS, stateBytes());
      wavefront.run(batch, first, MEASURES);
    }
  }

  /** Score the second step's candidates. */
  @Benchmark
  public float[][][] secondStep() {
    states.beginRound(second, SUBLAYERS, stateBytes());
    return wavefront.run(batch, second, MEASURES);
  }

  private long stateBytes() {
    return 4L * batch.positions() * model.checkpoint().config().hidden();
  }

  /** Free native memory. */
  @TearDown(Level.Trial)
  public void close() {
    states.close();
    model.close();
  }
}
