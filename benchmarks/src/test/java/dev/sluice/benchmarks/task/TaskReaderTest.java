package dev.sluice.benchmarks.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.scorers.PrerequisiteException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskReaderTest {
  private static final String TASK =
      """
      name: mine
      version: "1"
      measures: Something.
      licence: MIT
      source: {dataset: me/mine, split: test, rows: 3}
      request: multiple_choice
      context: "Q: {q}\\nA:"
      choices: ["{a}", "{b}"]
      gold: {rule: index, field: label}
      metrics: [acc, acc_norm]
      """;

  private static Task read(String text) {
    return TaskReader.read("mine.yaml", text).getFirst();
  }

  @Test
  void fileBecomesATask() {
    Task task = read(TASK);
    assertThat(task.name()).isEqualTo("mine");
    assertThat(task.source().rows()).isEqualTo(3);
    assertThat(task.metrics()).containsExactly(Metric.ACC, Metric.ACC_NORM);
    assertThat(task.shots()).isEmpty();
    assertThat(task.lmEval().delimiter()).isEqualTo(" ");
    assertThat(task.clean()).as("nothing differs").isEqualTo(task.lmEval());
  }

  @Test
  void cleanWordingReplacesWhatItNamesOnly() {
    Task task =
        read(
            TASK
                + "clean: {delimiter: \"\", contexts: [\"{a}\", \"{b}\"], continuation: \"{c}\"}\n");
    assertThat(task.lmEval().question()).isInstanceOf(Question.Choice.class);
    assertThat(task.clean().question()).isInstanceOf(Question.Input.class);
    assertThat(task.clean().delimiter()).isEmpty();
  }

  @Test
  void allProblemsAreNamedAtOnceWithTheNearestNames() {
    assertThatThrownBy(() ->
            read(
                TASK.replace("metrics:", "metric:")
                        .replace("rows: 3", "rows: x")
                        .replace("rule: index", "rule: indx")
                        .replace("{q}", "{q")
                    + "steps: [hellaswagg]\nclean: {delimeter: x}\n"))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageStartingWith("mine.yaml:\n")
        .hasMessageContaining("'metrics' is missing")
        .hasMessageContaining("'metric' is no key. Did you mean 'metrics'?")
        .hasMessageContaining("'source.rows' is 'x', not a whole number")
        .hasMessageContaining("'gold.rule' is 'indx', not one of index,")
        .hasMessageContaining("Did you mean 'index'?")
        .hasMessageContaining("'context' is no template: '{' at character 4")
        .hasMessageContaining("Did you mean 'hellaswag'?")
        .hasMessageContaining("'clean.delimeter' is no key. Did you mean 'delimiter'?");
  }

  @Test
  void generationIsKnownAndRefused() {
    assertThatThrownBy(() -> read(TASK.replace("multiple_choice", "generate")))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("'generate', which is not built yet");
  }

  @Test
  void metricOfAnotherKindIsRefused() {
    assertThatThrownBy(() -> read(TASK.replace("acc_norm", "perplexity")))
        .hasMessageContaining("'perplexity', which multiple_choice does not give");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "- a", "name: a\nname: b", "name: [a", "just text", "a: b\n---\nc: d"})
  void whatIsNoMappingIsRefusedByFile(String text) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("mine.yaml");
  }

  @Test
  void subjectsBecomeTasksOfTwoGroups() {
    String text =
        TASK + "preamble: \"On {subject}.\"\nsubjects:\n  art: [old_music]\n  other: [law]\n";
    assertThat(TaskReader.read("mine.yaml", text))
        .extracting(Task::name)
        .containsExactly("mine_old_music", "mine_law");
    Task first = read(text);
    assertThat(first.groups()).containsExactly("mine", "mine_art");
    assertThat(first.lmEval().preamble()).isEqualTo("On old music.");
    assertThat(first.source().config()).isEqualTo("old_music");
    assertThat(first.source().select()).containsEntry("subject", "old_music");
  }

  @Test
  void bracesAreWrittenTwiceInTemplates() {
    assertThat(FieldTemplate.parse("{{a}} {b|strip}")).hasToString("{{a}} {b|strip}");
    for (String wrong : new String[] {"{", "}", "{}", "{a|b|c}", "{a|upper}"}) {
      assertThatIllegalArgumentException()
          .as(wrong)
          .isThrownBy(() -> FieldTemplate.parse(wrong))
          .withMessageNotContaining("null");
    }
  }
}
