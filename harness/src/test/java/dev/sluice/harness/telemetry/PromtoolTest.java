package dev.sluice.harness.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.harness.progress.FixedClock;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prometheus's own linter reads the scrape of a sweep, where it is installed. */
class PromtoolTest {
  /** Lines of the linter about names that are Micrometer's. */
  private static final List<String> NOT_OURS = List.of("jvm_", "process_", "system_");

  @TempDir private Path folder;

  @Test
  void linterHasNothingToSay() throws IOException, InterruptedException {
    assumeTrue(installed(), "promtool is not installed: apt-get install prometheus");
    Path scrape = folder.resolve("scrape.txt");
    Path said = folder.resolve("said.txt");
    TinySweep sweep = TinySweep.in(folder, Map.of());
    try (Telemetry telemetry = new Telemetry(new FixedClock(), "1.2.3");
        SweepTelemetry meters = telemetry.sweep(sweep.plan())) {
      sweep.run(meters);
      Files.write(scrape, telemetry.scrape("text/plain").body());
    }
    Process promtool =
        new ProcessBuilder("promtool", "check", "metrics")
            .redirectInput(scrape.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    int code = promtool.waitFor();
    List<String> found =
        Files.readAllLines(said, StandardCharsets.UTF_8).stream()
            .filter(line -> NOT_OURS.stream().noneMatch(line::startsWith))
            .toList();
    assertThat(found).isEmpty();
    assertThat(code).as("0 is clean, 3 is a matter of style: %s", found).isIn(0, 3);
  }

  private static boolean installed() {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .anyMatch(entry -> Files.isExecutable(Path.of(entry, "promtool")));
  }
}
