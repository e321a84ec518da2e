package dev.sluice.benchmarks.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.benchmarks.dataset.BadRowException;
import dev.sluice.benchmarks.dataset.OnBadRow;
import dev.sluice.benchmarks.dataset.RowTally;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said about rows that cannot be asked, and that the others are asked all the same. */
class BadRowsTest {
  private static final String GOOD = "{'goal': 'g', 'sol1': 'a', 'sol2': 'b', 'label': 1}";

  @TempDir private Path folder;
  private SyntheticRows rows;

  @BeforeEach
  void open() {
    rows = new SyntheticRows(folder);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'goal': 'g', 'sol1': 'a', 'sol2': 'b', 'label': 2} | field 'label' names choice 2",
        "{'goal': 'g', 'sol1': 'a', 'sol2': 'b', 'label': -1} | field 'label' names choice -1",
        "{'goal': 'g', 'sol1': 'a', 'sol2': 'b', 'label': 'x'} | field 'label' is 'x', not a whole",
        "{'goal': 'g', 'sol1': 'a', 'sol2': 'b'} | no field 'label', there is goal, sol1, sol2",
        "{'goal': 'g', 'sol_1': 'a', 'sol2': 'b', 'label': 1} | no field 'sol1', there is goal, sol_1",
        "{'goal': 'g', 'sol1': '', 'sol2': 'b', 'label': 1} | choice 1 of 2 is empty",
        "{'goal': null, 'sol1': 'a', 'sol2': 'b', 'label': 1} | field 'goal' is null",
        "{'goal': ['g'], 'sol1': 'a', 'sol2': 'b', 'label': 1} | field 'goal' is a list, not a text",
        "{'goal': 'g', 'sol1': | not one JSON object",
        "[1] | not one JSON object: holds array",
      })
  void badRowIsNamedByLineAndFieldOrSkippedAndCounted(String row, String problem)
      throws IOException {
    Path file = rows.write("validation.jsonl", GOOD, "", row, GOOD);
    Task task = SyntheticRows.task("piqa");
    assertThatThrownBy(() -> rows.items("piqa", ScoringMode.LM_EVAL, 0))
        .isInstanceOf(BadRowException.class)
        .hasMessageStartingWith(file + ", line 3: ")
        .hasMessageContaining(problem);

    RowTally tally = new RowTally(OnBadRow.SKIP);
    List<Item> items = rows.items(task, SyntheticRows.skipping(), tally);
    assertThat(items).extracting(Item::docId).as("places are kept").containsExactly(0L, 2L);
    assertThat(tally.skipped()).isEqualTo(1);
    assertThat(tally.read()).isEqualTo(3);
    assertThat(tally.messages()).singleElement().asString().contains(problem);
  }

  @Test
  void nearestFieldIsOffered() throws IOException {
    rows.write("validation.jsonl", "{'goal': 'g', 'sol1': 'a', 'sol2': 'b', 'labels': 1}");
    assertThatThrownBy(() -> rows.items("piqa", ScoringMode.LM_EVAL, 0))
        .hasMessageContaining("Did you mean 'labels'?");
  }

  @Test
  void duplicateIdsAreRefusedWithBothLines() throws IOException {
    String row =
        "{'id': 'q1', 'question_stem': 'x', 'answerKey': 'A',"
            + "'choices': {'text': ['x', 'y'], 'label': ['A', 'B']}}";
    rows.write("main.test.jsonl", row, row);
    assertThatThrownBy(() -> rows.items("openbookqa", ScoringMode.LM_EVAL, 0))
        .hasMessageContaining("line 2: field 'id' is 'q1' as in line 1");
  }

  @Test
  void unknownLabelIsRefused() throws IOException {
    rows.write(
        "main.test.jsonl",
        "{'id': 'q1', 'question_stem': 'x', 'answerKey': 'E',"
            + "'choices': {'text': ['x', 'y'], 'label': ['A', 'B']}}");
    assertThatThrownBy(() -> rows.items("openbookqa", ScoringMode.LM_EVAL, 0))
        .hasMessageContaining("field 'answerKey' is 'E', which is not in 'choices.label' [A, B]");
  }

  @Test
  void rowOfAnotherSplitIsRefused() throws IOException {
    rows.write(
        "validation.jsonl", "{'split': 'train', 'query': 'q', 'endings': ['a'], 'label': 0}");
    assertThatThrownBy(() -> rows.items("hellaswag", ScoringMode.LM_EVAL, 0))
        .hasMessageContaining("field 'split' is 'train', not 'val': a row of another split");
  }

  @Test
  void noChoicesAtAllAreRefused() throws IOException {
    rows.write("validation.jsonl", "{'query': 'q', 'endings': [], 'label': 0}");
    assertThatThrownBy(() -> rows.items("hellaswag", ScoringMode.LM_EVAL, 0))
        .hasMessageContaining("there are no choices");
  }

  @Test
  void unexpectedNumberOfRowsIsAWarning() throws IOException {
    rows.write("validation.jsonl", GOOD);
    Task task = SyntheticRows.task("piqa");
    ItemSource source =
        new ItemSource(
            task, TaskFiles.in(folder, task, 0), ItemSource.Options.of(ScoringMode.LM_EVAL, 0));
    RowTally tally = source.tally();
    assertThat(source.warning(tally)).as("before anything is read").isEmpty();
    assertThat(source.items(tally).count().block()).isEqualTo(1);
    assertThat(source.warning(tally))
        .get()
        .asString()
        .contains("has 1 rows", "'validation' of baber/piqa has 1838");
  }

  @Test
  void cutStreamGivesNoWarningAndReadsNoFurther() throws IOException {
    rows.write("validation.jsonl", GOOD, "not JSON");
    Task task = SyntheticRows.task("piqa");
    ItemSource source =
        new ItemSource(
            task,
            TaskFiles.in(folder, task, 0),
            new ItemSource.Options(
                ScoringMode.LM_EVAL, 0, ItemSource.Limit.rows(1), 1234, OnBadRow.FAIL));
    RowTally tally = source.tally();
    assertThat(source.items(tally).count().block()).isEqualTo(1);
    assertThat(source.warning(tally)).isEmpty();
  }
}
