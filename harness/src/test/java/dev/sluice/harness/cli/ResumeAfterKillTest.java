package dev.sluice.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.harness.model.TinyCheckpoints;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 at any moment costs the slice in flight and nothing else. */
@Timeout(180)
class ResumeAfterKillTest {
  private static final int KILLS = 6;
  private static final int SLICE = 2;
  private static final int BLOCKS = 6;
  private static final int TRIALS = 2 * BLOCKS * (2 * BLOCKS + 1) / 2;

  @TempDir Path folder;

  @Test
  void killedAtRandomMomentsItEndsTheSame() throws IOException {
    TinyWorld world = TinyWorld.in(folder, TinyCheckpoints.llama().withBlocks(BLOCKS), 4, 64);
    String[] options = {"--until", "1", "--slice", "" + SLICE, "--json", "--name"};
    List<JsonNode> whole = trials(world.run(append(options, "whole")).done().events());
    assertThat(whole).hasSize(TRIALS);

    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<JsonNode> scored = new ArrayList<>();
    for (int kill = 1; kill <= KILLS; kill++) {
      int before = scored.size();
      killed(world.line("run", append(options, "killed")), random, scored);
      assertThat(world.command("list").done().out())
          .as("seed %d, kill %d", seed, kill)
          .containsPattern("killed +unfinished");
      assertThat(scored.size()).as("seed %d, kill %d", seed, kill).isGreaterThanOrEqualTo(before);
    }
    Ran resumed = world.command("resume", "killed", "--json").done();
    int journalled = (int) resumed.events().stream().filter(e -> isTrial(e, true)).count();
    scored.addAll(trials(resumed.events()));

    assertThat(names(scored)).as("seed %d: nothing is scored twice", seed).doesNotHaveDuplicates();
    assertThat(scored.size())
        .as("seed %d: what was journalled last may not have been printed", seed)
        .isBetween(TRIALS - KILLS * SLICE, TRIALS);
    assertThat(journalled).as("seed %d: something was left to do", seed).isLessThan(TRIALS);
    assertSame(world, seed);
  }

  /** Run until a random number of new trials, spin a little, kill; adds the trials it printed. */
  private void killed(String[] line, Random random, List<JsonNode> scored) throws IOException {
    try (SluiceProcess process = SluiceProcess.start(folder, List.of(), line)) {
      process.await("started");
      int count = random.nextInt(TRIALS / (KILLS + 1));
      String printed = "";
      while (count > 0 && printed != null) {
        printed = process.line();
        count -= add(printed, scored);
      }
      spin(random.nextInt(30_000_000));
      assertThat(process.isAlive()).as("alive when it is killed").isTrue();
      process.kill();
      while (printed != null) {
        printed = process.line();
        add(printed, scored);
      }
      assertThat(process.exit()).isEqualTo(128 + 9);
    }
  }

  /** Take in a printed line if it tells a new trial; 1 if so. */
  private static int add(@Nullable String line, List<JsonNode> scored) {
    // The last line may be cut off by the kill.
    if (line == null || !line.endsWith("}")) {
      return 0;
    }
    JsonNode event = Ran.json(line);
    boolean trial = isTrial(event, false);
    if (trial) {
      scored.add(event);
    }
    return trial ? 1 : 0;
  }

  private static void spin(long nanoseconds) {
    long end = System.nanoTime() + nanoseconds;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  private void assertSame(TinyWorld world, long seed) {
    JsonNode whole = report(world, "whole");
    JsonNode killed = report(world, "killed");
    for (String part : List.of("order", "candidates", "finished", "digests")) {
      assertThat(killed.get(part)).as("seed %d, %s", seed, part).isEqualTo(whole.get(part));
    }
  }

  private static JsonNode report(TinyWorld world, String name) {
    return world.command("report", name, "--format", "json").done().json();
  }

  private static List<JsonNode> trials(List<JsonNode> events) {
    return events.stream().filter(e -> isTrial(e, false)).toList();
  }

  private static boolean isTrial(JsonNode event, boolean replayed) {
    return event.get("event").asText().equals("trial")
        && event.get("replayed").asBoolean() == replayed;
  }

  private static List<String> names(List<JsonNode> trials) {
    return trials.stream().map(t -> t.get("step").asInt() + " " + t.get("candidate")).toList();
  }

  private static String[] append(String[] options, String last) {
    List<String> all = new ArrayList<>(List.of(options));
    all.add(last);
    return all.toArray(String[]::new);
  }
}
