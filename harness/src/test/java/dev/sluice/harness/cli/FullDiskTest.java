package dev.sluice.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.harness.model.TinyCheckpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A journal that cannot grow ends the run; what it holds is resumed once there is space. */
@Timeout(120)
class FullDiskTest {
  private static final Path SHELL = Path.of("/bin/bash");

  /** Files may have 2 MiB: more than the libraries unpack, less than the journal needs. */
  private static final List<String> LIMITED =
      List.of(SHELL.toString(), "-c", "ulimit -f 2048; exec \"$@\"", "bash");

  @TempDir Path folder;

  @Test
  void sweepGoesOnOnceThereIsSpace() throws IOException {
    Assumptions.assumeTrue(Files.isExecutable(SHELL), "needs bash to limit the size of files");
    TinyWorld world = TinyWorld.in(folder, TinyCheckpoints.llama().withBlocks(4), 5000, 2);
    world.run("--until", "0.5", "--slice", "2", "--name", "whole").done();
    JsonNode whole = report(world, "whole");

    String[] line = world.line("run", "--until", "0.5", "--slice", "2", "--json", "--name", "x");
    int printed = 0;
    try (SluiceProcess process = SluiceProcess.start(folder, LIMITED, line)) {
      for (String event = process.line(); event != null; event = process.line()) {
        printed += event.contains("\"event\":\"trial\"") ? 1 : 0;
      }
      assertThat(process.exit()).as(process.errors()).isEqualTo(ExitCode.PREREQUISITE);
      String last = process.errors().lines().reduce((a, b) -> b).orElse("");
      assertThat(last)
          .startsWith("sluice: ")
          .contains("x.sluice.db", "space", "then resume the sweep");
      assertThat(process.errors()).doesNotContain("\tat ");
    }
    JsonNode left = report(world, "x");
    assertThat(left.get("candidates").size()).as("what was printed is kept").isEqualTo(printed);
    assertThat(printed).isBetween(2, 8 + 7 + 6 + 5 - 1);

    world.command("resume", "x", "--quiet").done();
    JsonNode resumed = report(world, "x");
    assertThat(resumed.get("order")).isEqualTo(whole.get("order"));
    assertThat(resumed.get("candidates")).isEqualTo(whole.get("candidates"));
  }

  private static JsonNode report(TinyWorld world, String name) {
    return world.command("report", name, "--format", "json").done().json();
  }
}
