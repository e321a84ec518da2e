package dev.sluice.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvalAfterKillTest {
  private static final int KILLS = 4;
  private static final int ROWS = 400;
  private static final int VARIANTS = 3;
  private static final int ANSWERS = ROWS * 2 * VARIANTS;

  @TempDir private Path folder;

  /** Options of an evaluation whose requests all have as many tokens. */
  private String[] line(TinyWorld world, Path journal) {
    List<String> line = new ArrayList<>(List.of("eval", folder.resolve("plan.yaml").toString()));
    Collections.addAll(line, "--model", world.model().toString(), "--journal", journal.toString());
    return line.toArray(String[]::new);
  }

  private void write() throws IOException {
    GateTask.write(folder, ROWS);
    Files.writeString(
        folder.resolve("test.jsonl"),
        IntStream.range(0, ROWS)
            .mapToObj(i -> GateTask.row("is gate %03d ajar".formatted(i), "open", "shut", i % 2))
            .collect(Collectors.joining()));
    Files.writeString(
        folder.resolve("plan.yaml"),
        """
        task-file: %1$s/gate.yaml
        tasks: gate
        data: [gate=%1$s/test.jsonl]
        variants: [intact, cut:1.ffn, "cut:0.attention;2.ffn"]
        batch-tokens: 64
        threads: 2
        """
            .formatted(folder));
  }

  @Test
  void killedAtRandomMomentsItEndsTheSameAndAsksOnlyWhatIsMissing()
      throws IOException, SQLException {
    TinyWorld world = TinyWorld.in(folder);
    write();
    JsonNode whole = json(line(world, folder.resolve("whole")));
    Path journal = folder.resolve("killed");
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int kept = 0;
    for (int kill = 1; kill <= KILLS; kill++) {
      String what = "seed %d, kill %d".formatted(seed, kill);
      int until = kept + random.nextInt(ANSWERS / (2 * KILLS));
      try (SluiceProcess process = SluiceProcess.start(folder, List.of(), line(world, journal))) {
        while (process.isAlive() && answers(journal) <= until) {
          Thread.onSpinWait();
        }
        process.kill();
        assertThat(process.exit()).as(what + ": " + process.errors()).isEqualTo(128 + 9);
      }
      int now = answers(journal);
      assertThat(now).as(what).isBetween(Math.max(kept, until + 1), ANSWERS - 1);
      kept = now;
    }
    JsonNode resumed = json(line(world, journal));
    assertThat(resumed.get("tasks")).as("seed %d", seed).isEqualTo(whole.get("tasks"));
    assertThat(resumed.get("differences")).isEqualTo(whole.get("differences"));
    assertThat(answers(journal)).isEqualTo(ANSWERS);
    assertThat(journal.toFile().list()).as("leftovers").noneMatch(name -> name.endsWith(".part"));
    assertThat(resumed.at("/cost/tokensAsked").asLong())
        .as("seed %d: only the %d answers that were missing", seed, ANSWERS - kept)
        .isEqualTo(whole.at("/cost/tokensAsked").asLong() * (ANSWERS - kept) / ANSWERS);
  }

  private static JsonNode json(String... line) {
    List<String> words = new ArrayList<>(List.of(line));
    words.add("--json");
    return Ran.of(words.toArray(String[]::new)).done().json();
  }

  /** How many answers are durable. */
  private static int answers(Path journal) throws SQLException {
    Path file = journal.resolve("answers.db");
    if (!Files.exists(file)) {
      return 0;
    }
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement();
        ResultSet count =
            statement.executeQuery(
                "SELECT (SELECT COUNT(*) FROM sqlite_master WHERE name = 'answer')")) {
      if (count.getInt(1) == 0) {
        return 0;
      }
      try (ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM answer")) {
        return rows.getInt(1);
      }
    }
  }
}
