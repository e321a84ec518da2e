package dev.sluice.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.benchmarks.dataset.DocumentFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What evaluations leave in files, and rows that a model cannot be asked. */
class EvalFilesTest {
  private static final String GROUPED =
      """
      name: gates
      version: "1.0"
      measures: Whether a gate is open.
      licence: Apache-2.0
      source: {dataset: own/gate, split: validation}
      request: multiple_choice
      preamble: "Of {subject}.\\n\\n"
      context: "{q}?"
      choices: ["{a}", "{b}"]
      gold: {rule: index, field: label}
      metrics: [acc, acc_norm]
      subjects: {near: [one, two], far: [three]}
      """;
  private static final String ROW =
      "{\"subject\": \"%s\", \"q\": \"gate %d\", \"a\": \"open\", \"b\": \"shut%s\", \"label\": %d}%n";

  @TempDir private Path folder;
  private TinyWorld world;

  @BeforeEach
  void write() throws IOException {
    world = TinyWorld.in(folder);
    StringBuilder rows = new StringBuilder();
    for (String subject : List.of("one", "two", "three")) {
      for (int i = 0; i < 6; i++) {
        rows.append(ROW.formatted(subject, i, "", i % 2));
      }
    }
    Files.writeString(folder.resolve("validation.jsonl"), rows);
    Files.writeString(folder.resolve("gates.yaml"), GROUPED);
  }

  private Ran eval(String... more) {
    List<String> line = new ArrayList<>(List.of("eval", "--model", world.model().toString()));
    Collections.addAll(line, "--task-file", folder.resolve("gates.yaml").toString());
    Collections.addAll(line, "--tasks", "gates", "--threads", "2");
    Collections.addAll(line, "--data", folder.resolve("validation.jsonl").toString());
    Collections.addAll(line, "--journal", world.journal().toString());
    Collections.addAll(line, more);
    return Ran.of(line.toArray(String[]::new));
  }

  private JsonNode results(String... more) throws IOException {
    Path output = folder.resolve("out");
    List<String> line = new ArrayList<>(List.of("--output", output.toString()));
    Collections.addAll(line, more);
    eval(line.toArray(String[]::new)).done();
    try (Stream<Path> files = Files.list(output.resolve("model__intact"))) {
      Path file = files.filter(f -> f.toString().contains("results_")).findFirst().orElseThrow();
      return new ObjectMapper().readTree(file.toFile());
    }
  }

  @Test
  void resultsHaveTheKeysThatViewersRead() throws IOException {
    JsonNode json = results();
    JsonNode config = json.at("/configs/gates_one");
    assertThat(config.get("task").asText()).isEqualTo("gates_one");
    assertThat(config.get("dataset_path").asText()).isEqualTo("own/gate");
    assertThat(config.get("validation_split").asText()).isEqualTo("validation");
    assertThat(config.get("doc_to_text").asText()).isEqualTo("{q}?");
    assertThat(config.get("doc_to_target").asText()).isEqualTo("{label}");
    assertThat(config.get("description").asText()).isEqualTo("Of one.\n\n");
    assertThat(config.get("num_fewshot").asInt()).isZero();
    assertThat(config.get("repeats").asInt()).isEqualTo(1);
    assertThat(config.get("output_type").asText()).isEqualTo("multiple_choice");
    assertThat(config.at("/metric_list/1"))
        .hasToString(
            "{\"metric\":\"acc_norm\",\"aggregation\":\"mean\",\"higher_is_better\":true}");
    assertThat(json.at("/higher_is_better/gates_one/acc").asBoolean()).isTrue();
    assertThat(json.at("/versions/gates_one").isNumber()).isTrue();
    assertThat(json.at("/n-samples/gates_one/effective").asInt()).isEqualTo(6);
    assertThat(json.at("/n-samples").has("gates")).as("groups have sample counts").isFalse();
  }

  @Test
  void groupsAreListedWithTheirMembers() throws IOException {
    JsonNode json = results();
    assertThat(json.get("group_subtasks"))
        .hasToString(
            "{\"gates\":[\"gates_near\",\"gates_three\"],"
                + "\"gates_near\":[\"gates_one\",\"gates_two\"]}");
    JsonNode group = json.at("/groups/gates");
    assertThat(group).isEqualTo(json.at("/results/gates"));
    assertThat(group.at("/sample_count").get("acc,none").asInt()).isEqualTo(18);
    double mean = 0;
    for (String task : List.of("gates_one", "gates_two", "gates_three")) {
      mean += json.at("/results/" + task).get("acc,none").asDouble() / 3;
    }
    assertThat(group.get("acc,none").asDouble()).isCloseTo(mean, within(1e-12));
  }

  @Test
  void dataIsIdentifiedByItsDigest() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("validation.jsonl"),
            Files.readString(folder.resolve("validation.jsonl")));
    String digest = new DocumentFile(file).sha256();
    assertThat(eval("-q").done().out()).contains("data gates   sha256:" + digest);
    JsonNode provenance = eval("--json").done().json().get("provenance").elements().next();
    assertThat(provenance.get("data gates").asText()).isEqualTo("sha256:" + digest);
    assertThat(provenance.get("batch").asText()).contains("packs of 512 tokens");
    assertThat(results().at("/config").get("data gates").asText()).isEqualTo("sha256:" + digest);
  }

  @Test
  void aContinuationBeyondTheModelsContextIsSkippedOnlyIfAsked() throws IOException {
    Path file = folder.resolve("validation.jsonl");
    String longRow = ROW.formatted("one", 9, " and open".repeat(2000), 0);
    Files.writeString(file, longRow + Files.readString(file));
    Ran failed = eval();
    assertThat(failed.code()).isEqualTo(2);
    assertThat(failed.err())
        .contains("gates_one, document 0 (line 1)", "tokens: it must have 1 to")
        .doesNotContain("Exception", "\tat ");
    Ran skipped = eval("--on-bad-row", "skip", "--json").done();
    assertThat(skipped.json().at("/tasks/0/skipped").asInt()).isEqualTo(1);
    assertThat(skipped.json().at("/tasks/0/variants/intact/scores/0/documents").asInt())
        .isEqualTo(6);
    assertThat(skipped.err()).contains("line 1", "it must have 1 to");
  }

  @Test
  void answersOfTheFirstSchemaAreStillKnown() throws SQLException {
    JsonNode first = eval("--json").done().json();
    String file = "jdbc:sqlite:" + world.journal().resolve("answers.db");
    try (var connection = DriverManager.getConnection(file);
        Statement statement = connection.createStatement()) {
      statement.execute("ALTER TABLE answer DROP COLUMN squares");
      statement.execute("PRAGMA user_version = 1");
    }
    JsonNode again = eval("--json").done().json();
    assertThat(again.at("/cost/tokensComputed").asLong()).isZero();
    assertThat(again.get("tasks")).isEqualTo(first.get("tasks"));
  }
}
