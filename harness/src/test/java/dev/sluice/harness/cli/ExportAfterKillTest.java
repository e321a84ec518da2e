package dev.sluice.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.SparseCheckpoints;
import dev.sluice.harness.model.TinyCheckpoints.TinySpec;
import dev.sluice.harness.model.WeightsDigest;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Exports of a model that is large for a small heap: killed at any moment, and in little memory. */
@Timeout(180)
class ExportAfterKillTest {
  private static final int KILLS = 3;
  private static final long MIB = 1 << 20;

  /** Weights of 320 MiB, an embedding of 192 MiB among them. */
  private static final TinySpec LARGE =
      new TinySpec("llama", 2, 1024, 8, 8, 128, 4096, 49_152, true, false, Dtype.FLOAT32, 1, 1);

  @TempDir Path folder;

  @Test
  void killedExportsLeaveNothingUnderTheNameAndTheNextOneIsWhole() throws IOException {
    Path model = SparseCheckpoints.write(folder.resolve("model"), LARGE);
    Path out = folder.resolve("out");
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int kill = 1; kill <= KILLS; kill++) {
      long until = random.nextLong(200) * MIB;
      try (SluiceProcess process = SluiceProcess.start(folder, List.of(), line(model, out))) {
        while (process.isAlive() && written() <= until) {
          Thread.onSpinWait();
        }
        process.kill();
        assertThat(process.exit()).as("seed %d: %s", seed, process.errors()).isEqualTo(128 + 9);
      }
      assertThat(out).as("seed %d, kill %d", seed, kill).doesNotExist();
      assertThat(partial()).as("seed %d, kill %d: leftovers", seed, kill).hasSize(1);
    }
    try (SluiceProcess process = SluiceProcess.start(folder, List.of(), line(model, out))) {
      assertThat(process.exit()).as(process.errors()).isEqualTo(ExitCode.DONE);
    }
    assertThat(partial()).as("leftovers of the killed are gone").isEmpty();
    try (Checkpoint intact = Checkpoint.open(model);
        Checkpoint exported = Checkpoint.open(out)) {
      assertThat(WeightsDigest.compute(exported)).isEqualTo(WeightsDigest.compute(intact));
    }
  }

  /** A heap of 48 MiB holds none of the large tensors, and mapped pages are let go. */
  @Test
  void memoryStaysSmallWhateverTheModelsSize() throws IOException {
    Path model = SparseCheckpoints.write(folder.resolve("model"), LARGE);
    List<String> small =
        List.of("/usr/bin/env", "JAVA_TOOL_OPTIONS=-Xmx48m -XX:MaxDirectMemorySize=32m");
    Assumptions.assumeTrue(Files.exists(Path.of(small.getFirst())), "needs env and /proc");
    try (SluiceProcess process =
        SluiceProcess.start(folder, small, line(model, folder.resolve("out")))) {
      long peak = 0;
      while (process.isAlive()) {
        peak = Math.max(peak, peakKib(process.pid()));
      }
      assertThat(process.exit()).as(process.errors()).isZero();
      long weights = Files.size(model.resolve("model.safetensors")) / 1024;
      assertThat(weights).isGreaterThan(300 * 1024);
      assertThat(peak).as("largest resident size in KiB").isBetween(1L, 280 * 1024L);
    }
  }

  /** The largest resident size so far, mapped files included; 0 once the process has ended. */
  private static long peakKib(long pid) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .sum();
    } catch (IOException | UncheckedIOException e) {
      return 0;
    }
  }

  private String[] line(Path model, Path out) {
    return new String[] {
      "export",
      "intact",
      "--to",
      "hf-zeroed",
      "--model",
      model.toString(),
      "--out",
      out.toString(),
      "--journal",
      folder.resolve("j").toString()
    };
  }

  private File[] partial() {
    File[] found = folder.toFile().listFiles((f, name) -> name.startsWith(".out.partial-"));
    return found == null ? new File[0] : found;
  }

  private long written() {
    return Arrays.stream(partial())
        .mapToLong(f -> f.toPath().resolve("model.safetensors").toFile().length())
        .sum();
  }
}
