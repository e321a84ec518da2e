package dev.sluice.harness.microbenchmark;

import dev.sluice.harness.engine.DeviceChoice;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.engine.TorchEngine;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.harness.model.TinyCheckpoints.TinySpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A seeded random Llama of the demo model's width, open on one thread of the CPU. */
record TinyModel(Path folder, Checkpoint checkpoint, TorchEngine engine) implements AutoCloseable {
  private static final long SEED = 7;

  static TinyModel open(int blocks, int vocabulary) {
    try {
      Path folder = Files.createTempDirectory("microbenchmark");
      TinySpec spec =
          new TinySpec(
              "llama", blocks, 128, 4, 2, 32, 352, vocabulary, true, false, Dtype.FLOAT32, 1, SEED);
      Checkpoint checkpoint = Checkpoint.open(TinyCheckpoints.write(folder, spec));
      TorchEngine.Options options =
          new TorchEngine.Options(DeviceChoice.CPU, Dtype.FLOAT32, true, OptionalInt.of(1));
      return new TinyModel(folder, checkpoint, TorchEngine.open(checkpoint, options));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  TokenBatch batch(int rows, int length) {
    Random random = new Random(SEED);
    int vocabulary = checkpoint.config().vocabulary();
    List<int[]> ids =
        IntStream.range(0, rows)
            .mapToObj(row -> random.ints(length, 0, vocabulary).toArray())
            .toList();
    return new TokenBatch(0, ids);
  }

  @Override
  public void close() {
    engine.close();
    checkpoint.close();
    remove(folder);
  }

  /** Delete a folder and what is in it. */
  static void remove(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
