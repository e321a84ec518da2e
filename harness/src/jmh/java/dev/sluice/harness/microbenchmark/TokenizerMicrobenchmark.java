package dev.sluice.harness.microbenchmark;

import static java.util.Objects.requireNonNull;

import dev.sluice.harness.engine.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** Tokenising the demo's held-out text with the demo's tokenizer. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TokenizerMicrobenchmark {
  /** UTF-16 characters of the text. */
  @Param({"1000", "100000"})
  int characters;

  private Path file;
  private Tokenizer tokenizer;
  private String text;

  /** Read tokenizer and text. */
  @Setup(Level.Trial)
  public void open() throws IOException {
    file = Files.createTempFile("tokenizer", ".json");
    Files.write(file, resource("/demo/tokenizer.json"));
    tokenizer = Tokenizer.open(file, 704);
    text = new String(resource("/demo/heldout.txt"), StandardCharsets.UTF_8);
    text = text.substring(0, characters);
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = Tokenizer.class.getResourceAsStream(name)) {
      return requireNonNull(in, name).readAllBytes();
    }
  }

  /** The ids of the whole text. */
  @Benchmark
  public int[] encode() {
    return tokenizer.encode(text);
  }

  /** Free native memory. */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    tokenizer.close();
    Files.delete(file);
  }
}
