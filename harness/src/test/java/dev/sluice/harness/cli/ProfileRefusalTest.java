package dev.sluice.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a profile is refused for, and by which labels a task's questions are told apart. */
class ProfileRefusalTest {
  private static final int ROWS = 12;

  @TempDir private Path folder;
  private TinyWorld world;

  @BeforeEach
  void write() {
    world = TinyWorld.in(folder);
  }

  private Ran profile(String... more) {
    List<String> line = new ArrayList<>(List.of("profile"));
    Collections.addAll(line, "--model", world.model().toString());
    Collections.addAll(line, "--calibration", world.text().toString(), "--threads", "1");
    Collections.addAll(line, "--calibration-preset", "first", "--sequences", "2");
    if (!List.of(more).contains("--length")) {
      Collections.addAll(line, "--length", "16");
    }
    Collections.addAll(line, more);
    return Ran.of(line.toArray(String[]::new));
  }

  private Ran gate(String rows, String... more) throws IOException {
    Path data = Files.writeString(folder.resolve("test.jsonl"), rows);
    List<String> line = new ArrayList<>();
    Collections.addAll(line, "--task-file", GateTask.write(folder, ROWS).toString());
    Collections.addAll(line, "--data", "gate=" + data);
    Collections.addAll(line, more);
    return profile(line.toArray(String[]::new));
  }

  private static String rows(String first, String second, boolean turned) {
    return IntStream.range(0, ROWS)
        .mapToObj(i ->
            turned && i % 2 == 1
                ? GateTask.row("gate " + i, second, first, i / 2 % 2)
                : GateTask.row("gate " + i, first, second, i / 2 % 2))
        .collect(Collectors.joining());
  }

  @Test
  void missingModelAndTextAreNamed() {
    Ran.of("profile").refused("--model is missing");
    Ran.of("profile", "--model", world.model().toString()).refused("--calibration");
    profile("--calibration-field", "text", "--length", "4000").refused("4000", "--length");
    profile("--length", "nine").refused("length 'nine'");
    profile("--memory", "lots").refused("--memory lots");
    profile("--dtype", "int3").refused("'int3'");
    profile("--device", "tpu").refused("'tpu'");
  }

  @Test
  void formatsThatContradictOneAnotherAreRefused() {
    profile("--json", "--format", "html").refused("--json and --format html");
    profile("--format", "csv").refused("csv", "text, json, html");
    profile("--json", "--format", "json").done();
  }

  @Test
  void tasksThatCannotBeProbedAreRefused() throws IOException {
    profile("--limit", "10").refused("--limit 10", "--task");
    profile("--data", "rows.jsonl").refused("--data rows.jsonl", "--task");
    profile("--task", "mmlu").refused("mmlu stands for 57 tasks", "such as mmlu_");
    profile("--task", "hellaswagg").refused("Did you mean 'hellaswag'?");
    profile("--task-file", folder.resolve("none.yaml").toString()).refused("none.yaml");
    profile("--task", "boolq", "--data", folder.resolve("nowhere").toString()).refused("nowhere");
    Path lines =
        Files.writeString(folder.resolve("lines.jsonl"), "{\"text\": \"a gate of stone\"}\n");
    profile("--task", "lambada_openai", "--data", "lambada_openai=" + lines)
        .refused("lambada_openai", "no choices", "multiple_choice");
    Path pronouns =
        Files.writeString(
            folder.resolve("winogrande.jsonl"),
            "{\"sentence\": \"The gate fell on the wall as _ was old.\", \"option1\": \"gate\","
                + " \"option2\": \"wall\", \"answer\": \"1\"}\n");
    profile("--task", "winogrande", "--data", "winogrande=" + pronouns)
        .refused("winogrande", "within the questions");
  }

  @Test
  void oneClassIsNothingToTellApart() throws IOException {
    gate(GateTask.row("gate", "open", "shut", 1).repeat(ROWS))
        .refused("12 labelled prompts", "two classes");
    gate(rows("open", "shut", false), "--limit", "2").refused("2 labelled prompts");
    gate(GateTask.row("gate", "open", "shut", 2)).refused("label");
  }

  @Test
  void choicesInAnyOrderAreTheSameClasses() throws IOException {
    JsonNode turned = separability(gate(rows("open", "shut", true), "--json"));
    assertThat(turned.get("classes").toString()).isEqualTo("[\"open\",\"shut\"]");
    String same =
        IntStream.range(0, ROWS)
            .mapToObj(i ->
                GateTask.row("gate " + i, "open", "shut", i % 2 == 1 ? 1 - i / 2 % 2 : i / 2 % 2))
            .collect(Collectors.joining());
    assertThat(separability(gate(same, "--json"))).isEqualTo(turned);
  }

  @Test
  void choicesThatDifferFromRowToRowAreLabelledByTheirPlaces() throws IOException {
    String rows = rows("open", "shut", false).replaceFirst("shut", "barred");
    JsonNode found = separability(gate(rows, "--json"));
    assertThat(found.get("classes").toString()).isEqualTo("[\"choice 1\",\"choice 2\"]");
    assertThat(found.get("prompts").asInt()).isEqualTo(ROWS);
    JsonNode words = separability(gate(rows("open", "shut", false), "--json"));
    assertThat(found.get("depths")).isEqualTo(words.get("depths"));
  }

  private static JsonNode separability(Ran ran) {
    return ran.done().json().get("separability");
  }
}
