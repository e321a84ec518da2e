package dev.sluice.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Reference data that lies beside the project and is never part of it. */
public final class SharedData {
  private SharedData() {}

  /** A file or folder of the reference data; skips the test, saying why, where there is none. */
  public static Path require(String path) {
    String root = System.getProperty("sluice.shared", "");
    assertThat(root).as("system property sluice.shared, set by the build").isNotEmpty();
    Path file = Path.of(root, path);
    boolean there = Files.exists(file);
    if (!there) {
      System.err.println("skipped: no reference data at " + file);
    }
    Assumptions.assumeTrue(there, () -> "no reference data at " + file);
    return file;
  }
}
