package dev.sluice.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.harness.model.TinyCheckpoints;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C, SIGTERM, and what others may do with a sweep while it runs. */
@Timeout(120)
class InterruptTest {
  /** A shell that runs in the background has its children ignore Ctrl-C; this undoes that. */
  private static final List<String> HEEDING = List.of("env", "--default-signal=INT");

  @TempDir Path folder;
  TinyWorld world;

  @BeforeEach
  void world() {
    // Far more work than the test has time for.
    world = TinyWorld.in(folder, TinyCheckpoints.llama().withBlocks(24), 16, 64);
  }

  private SluiceProcess start(String... options) throws Exception {
    Process probe = new ProcessBuilder("sh", "-c", "env --default-signal=INT true").start();
    Assumptions.assumeTrue(probe.waitFor() == 0, "needs env --default-signal (coreutils 8.31)");
    return SluiceProcess.start(folder, HEEDING, world.line("run", options));
  }

  @Test
  void ctrlCStopsAfterTheSliceAndSaysHowToGoOn() throws Exception {
    try (SluiceProcess process = start("--name", "x", "--json", "--until", "1", "--slice", "2")) {
      process.await("trial");
      othersMayReadButNotWrite(process);
      process.signal("INT");
      List<String> rest = new ArrayList<>();
      for (String line = process.line(); line != null; line = process.line()) {
        rest.add(line);
      }
      assertThat(process.exit()).as(process.errors()).isEqualTo(ExitCode.INTERRUPTED);
      assertThat(process.errors())
          .contains("stopping after the slice in flight; Ctrl-C again leaves at once\n")
          .endsWith(
              "sluice: stopped. Go on with: sluice resume x --journal " + world.journal() + "\n")
          .doesNotContain("\tat ");
      assertThat(rest)
          .as("every line is whole")
          .allSatisfy(l -> assertThat(Ran.json(l)).isNotNull());
    }
    JsonNode trials =
        world.command("report", "x", "--format", "json").done().json().get("candidates");
    assertThat(trials.size()).as("whole slices are kept").isPositive().isEven();
    Ran list = world.command("list").done();
    assertThat(list.out()).containsPattern("x +unfinished");
  }

  private void othersMayReadButNotWrite(SluiceProcess writer) {
    String holder = "'x' is being written by process " + writer.pid();
    world.run("--name", "x", "--until", "1", "--slice", "2").refused(holder);
    world.command("resume", "x").refused(holder, "'sluice report' can read meanwhile");
    assertThat(world.command("report", "x").done().out()).contains("Sluice");
    assertThat(world.command("list").done().out()).containsPattern("x +unfinished");
    assertThat(writer.isAlive()).isTrue();
  }

  @Test
  void secondCtrlCLeavesAtOnce() throws Exception {
    // All 48 candidates of a step are one slice: far longer than the test waits.
    try (SluiceProcess process = start("--name", "x", "--json", "--until", "1", "--slice", "64")) {
      process.await("progress");
      process.signal("INT");
      process.awaitError("Ctrl-C again leaves at once");
      process.signal("INT");
      assertThat(process.exit()).as(process.errors()).isEqualTo(ExitCode.INTERRUPTED);
      assertThat(process.errors())
          .contains(
              "sluice: left without the slice in flight. Go on with: sluice resume x --journal ");
    }
    JsonNode report = world.command("report", "x", "--format", "json").done().json();
    assertThat(report.get("candidates")).as("the slice in flight is lost").isEmpty();
  }

  @Test
  void terminationIsHeededLikeCtrlC() throws Exception {
    try (SluiceProcess process = start("--name", "x", "--quiet", "--until", "1", "--slice", "2")) {
      while (world.command("list").out().isEmpty()) {
        assertThat(process.isAlive()).as(process.errors()).isTrue();
      }
      process.signal("TERM");
      assertThat(process.exit()).as(process.errors()).isEqualTo(ExitCode.INTERRUPTED);
      assertThat(process.errors()).startsWith("sluice: stopped. Go on with: sluice resume x");
      assertThat(process.errors().lines()).hasSize(1);
    }
  }
}
