package dev.sluice.harness.microbenchmark;

import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.sweep.Cost;
import dev.sluice.harness.sweep.Journal;
import dev.sluice.harness.sweep.SampleSweeps;
import dev.sluice.harness.sweep.SweepEvent.TrialsScored;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Variant;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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

/** Making one slice of trials durable, and what the disk alone takes of that. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class JournalMicrobenchmark {
  private static final int TRIAL_BYTES = 2048;

  /** Trials in the slice. */
  @Param({"1", "16"})
  int trials;

  private Path folder;
  private Journal journal;
  private FileChannel file;
  private Trial sample;
  private int step;

  /** Make a journal and a plain file beside it. */
  @Setup(Level.Iteration)
  public void open() throws IOException {
    folder = Files.createTempDirectory("microbenchmark");
    journal = new JournalFolder(folder).open("microbenchmark");
    journal.append(SampleSweeps.started());
    file =
        FileChannel.open(
            folder.resolve("plain"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    sample = SampleSweeps.finishedState().trials().getFirst();
  }

  /** Encode, chain, write, fsync. */
  @Benchmark
  public void append() {
    step++;
    List<Trial> slice =
        IntStream.range(0, trials).mapToObj(i -> trial(Candidate.of(Sublayer.at(i)))).toList();
    journal.append(new TrialsScored(slice, Cost.NONE));
  }

  private Trial trial(Candidate candidate) {
    Variant variant = Variant.cutting(candidate.sublayers());
    return new Trial(step, candidate, variant, sample.outcome(), sample.scores(), sample.seconds());
  }

  /** About as many bytes at the end of a plain file, fsync. */
  @Benchmark
  public void writeAndForce() throws IOException {
    file.write(ByteBuffer.allocate(trials * TRIAL_BYTES));
    file.force(true);
  }

  /** Delete all of it. */
  @TearDown(Level.Iteration)
  public void close() throws IOException {
    journal.close();
    file.close();
    TinyModel.remove(folder);
  }
}
