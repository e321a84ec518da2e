package dev.sluice.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.harness.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvalCommandTest {
  private static final int ROWS = 12;

  @TempDir private Path folder;
  private TinyWorld world;
  private Path task;
  private Path rows;

  @BeforeEach
  void write() throws IOException {
    world = TinyWorld.in(folder);
    task = GateTask.write(folder, ROWS);
    rows =
        Files.writeString(
            folder.resolve("test.jsonl"),
            IntStream.range(0, ROWS)
                .mapToObj(i -> GateTask.row("gate " + i, "open", "shut", i % 2))
                .collect(Collectors.joining()));
  }

  /** The options given win over the usual ones. */
  private Ran eval(String... more) {
    Map<String, String> usual = new LinkedHashMap<>();
    usual.put("--model", world.model().toString());
    usual.put("--task-file", task.toString());
    usual.put("--tasks", "gate");
    usual.put("--threads", "2");
    usual.put("--journal", world.journal().toString());
    List<String> line = new ArrayList<>(List.of("eval"));
    usual.forEach((option, value) -> {
      if (!List.of(more).contains(option)) {
        Collections.addAll(line, option, value);
      }
    });
    Collections.addAll(line, more);
    return Ran.of(line.toArray(String[]::new));
  }

  private Ran evalRows(String... more) {
    List<String> line = new ArrayList<>(List.of("--data", "gate=" + rows));
    Collections.addAll(line, more);
    return eval(line.toArray(String[]::new));
  }

  @Test
  void everyVariantIsScoredAndNothingTwice() {
    Ran first = evalRows("--variants", "intact,x=cut:1.ffn;2.attention", "--json").done();
    JsonNode json = first.json();
    assertThat(json.at("/variants/1/name").asText()).isEqualTo("x");
    assertThat(json.at("/tasks/0/variants/intact/scores/0/documents").asInt()).isEqualTo(ROWS);
    assertThat(json.at("/tasks/0/variants/x/scores/1/metric").asText()).isEqualTo("acc_norm");
    assertThat(json.at("/differences/0/second").asText()).isEqualTo("x");
    assertThat(json.at("/differences/0/difference").asDouble())
        .isCloseTo(
            json.at("/tasks/0/variants/x/scores/0/value").asDouble()
                - json.at("/tasks/0/variants/intact/scores/0/value").asDouble(),
            within(1e-12));
    assertThat(json.at("/cost/tokensComputed").asLong())
        .isPositive()
        .isLessThan(json.at("/cost/tokensAsked").asLong() / 2 + ROWS * 20);

    Ran again = evalRows("--variants", "intact,x=cut:1.ffn;2.attention", "--json").done();
    assertThat(again.json().at("/cost/tokensComputed").asLong()).as("all is known").isZero();
    assertThat(again.json().get("tasks")).isEqualTo(json.get("tasks"));
  }

  @Test
  void lmEvalsFilesHoldTheSameAnswers() throws IOException {
    Path output = folder.resolve("out");
    JsonNode json =
        evalRows("--variants", "intact,x=cut:1.ffn", "--json", "--output", output.toString())
            .done()
            .json();
    ObjectMapper mapper = new ObjectMapper();
    JsonNode results = mapper.readTree(only(output.resolve("model__x"), "results_").toFile());
    assertThat(results.at("/results/gate/acc,none").asDouble())
        .isEqualTo(json.at("/tasks/0/variants/x/scores/0/value").asDouble());
    assertThat(results.at("/results/gate/sample_len").asInt()).isEqualTo(ROWS);
    assertThat(results.at("/config/cut").asText()).isEqualTo("1.ffn");
    List<String> lines = Files.readAllLines(only(output.resolve("model__x"), "samples_gate_"));
    assertThat(lines).hasSize(ROWS);
    double right = 0;
    for (int i = 0; i < ROWS; i++) {
      JsonNode sample = mapper.readTree(lines.get(i));
      assertThat(sample.get("doc_id").asInt()).isEqualTo(i);
      assertThat(sample.at("/arguments/gen_args_1/arg_1").asText()).isEqualTo(" shut");
      double open = Double.parseDouble(sample.at("/filtered_resps/0/0").asText());
      double shut = Double.parseDouble(sample.at("/filtered_resps/1/0").asText());
      boolean correct = (shut > open ? 1 : 0) == sample.at("/doc/label").asInt();
      assertThat(sample.get("acc").asDouble()).isEqualTo(correct ? 1 : 0);
      right += sample.get("acc").asDouble();
    }
    assertThat(right / ROWS).isEqualTo(results.at("/results/gate/acc,none").asDouble());
    // python3 -c 'import hashlib, json; print(hashlib.sha256(json.dumps({"q": "gate 0", "a":
    // "open",
    // "b": "shut", "label": 0}, indent=2, ensure_ascii=False).encode()).hexdigest())'
    assertThat(mapper.readTree(lines.getFirst()).get("doc_hash").asText())
        .isEqualTo("13523f5da310e2147b26399e67f5e7a6e20b8b280ed0a6f8159ec979b04e1c55");
  }

  @Test
  void answersDoNotDependOnHowPromptsArePacked() throws IOException {
    List<List<Double>> answers = new ArrayList<>();
    for (String tokens : List.of("16", "64", "4096")) {
      Path own = folder.resolve("packs" + tokens);
      evalRows(
              "--variants",
              "x=cut:1.ffn",
              "--batch-tokens",
              tokens,
              "--journal",
              own.resolve("journal").toString(),
              "--output",
              own.toString())
          .done();
      List<Double> found = new ArrayList<>();
      for (String line : Files.readAllLines(only(own.resolve("model__x"), "samples_gate_"))) {
        new ObjectMapper()
            .readTree(line)
            .get("filtered_resps")
            .forEach(response -> found.add(Double.parseDouble(response.get(0).asText())));
      }
      answers.add(found);
    }
    assertThat(answers.getFirst()).hasSize(2 * ROWS);
    for (List<Double> other : answers) {
      for (int i = 0; i < other.size(); i++) {
        assertThat(other.get(i)).isCloseTo(answers.getFirst().get(i), within(1e-4));
      }
    }
  }

  private static Path only(Path folder, String start) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(f -> f.getFileName().toString().startsWith(start))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void theTableHasAColumnForEachVariant() {
    String out = evalRows("--variants", "intact,cut:0.ffn", "-q").done().out();
    assertThat(out.lines().findFirst().orElseThrow())
        .matches("task +metric +shots +items +intact +cut:0.ffn");
    assertThat(out).containsPattern("gate +acc +0 +12 +[01]\\.\\d{4} ± 0\\.\\d{4} +");
    assertThat(out).contains("mode         lm-eval", "weights      sha256:");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --tasks gote        | no task 'gote'. Did you mean 'gate'
          --variants half     | variant 'half'
          --mode strict       | --mode 'strict': write lm-eval or clean
          --shots 2           | takes no shots
          --memory lots       | --memory lots
          --threads 0         | --threads 0
          """)
  void whatCannotBeIsSaidInOneMessage(String option, String message) {
    String[] words = option.split(" ");
    Ran ran = evalRows(words);
    assertThat(ran.code()).as(ran.err()).isEqualTo(2);
    assertThat(ran.err()).contains(message).doesNotContain("Exception", "\tat ");
  }

  @Test
  void aRowThatCannotBeUsedIsNamedAndSkippedOnlyIfAsked() throws IOException {
    Files.writeString(rows, "{\"q\": \"gate\", \"a\": \"open\"}\n" + Files.readString(rows));
    Ran failed = evalRows();
    assertThat(failed.code()).isEqualTo(2);
    assertThat(failed.err()).contains("test.jsonl", "line 1", "'b'");
    Ran skipped = evalRows("--on-bad-row", "skip").done();
    assertThat(skipped.out()).contains("gate: 1 rows skipped");
    assertThat(skipped.err()).contains("line 1");
  }

  @Test
  void aTaskWithoutDataSaysWhereItLooked() {
    Ran ran = eval("--data", folder.resolve("model").toString());
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("own/gate", "looked for");
  }

  @ParameterizedTest
  @CsvSource({
    "piqa,piqa/validation.even.jsonl",
    "winogrande,winogrande/validation.even.jsonl",
    "boolq,boolq/validation.even.jsonl",
    "arc_easy,arc/ARC-Easy.validation.jsonl",
    "arc_challenge,arc/ARC-Challenge.validation.jsonl",
    "openbookqa,openbookqa/main.validation.jsonl",
    "hellaswag,hellaswag/validation.first10.raw.jsonl"
  })
  void accuracyIsThatOfLmEval(String name, String file) throws IOException {
    Path model = SharedData.require("data/models/stories260K");
    JsonNode golden =
        new ObjectMapper()
            .readTree(SharedData.require("golden/lm-eval/stories260K/results.json").toFile())
            .at("/results/" + name);
    Ran ran =
        Ran.of(
            "eval",
            "--model",
            model.toString(),
            "--tasks",
            name,
            "--data",
            SharedData.require("data/tasks/" + file).toString(),
            "--limit",
            "60",
            "--json",
            "--journal",
            folder.resolve("journal").toString());
    JsonNode scores = ran.done().json().at("/tasks/0/variants/intact/scores");
    scores.forEach(score ->
        assertThat(score.get("value").asDouble())
            .as("%s %s", name, score.get("metric"))
            .isCloseTo(
                golden.get(score.get("metric").asText() + ",none").asDouble(), within(1e-12)));
    assertThat(scores).isNotEmpty();
  }
}
