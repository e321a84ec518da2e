package dev.sluice.benchmarks.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.benchmarks.dataset.OnBadRow;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shots against draws of Python's random.Random(1234). */
class FewShotTest {
  @TempDir private Path folder;
  private SyntheticRows rows;

  @BeforeEach
  void open() {
    rows = new SyntheticRows(folder);
  }

  private static String[] piqa(int count, String prefix) {
    return IntStream.range(0, count)
        .mapToObj(i ->
            "{'goal': '%s%d', 'sol1': 'a%d', 'sol2': 'b%d', 'label': %d}"
                .formatted(prefix, i, i, i, i % 2))
        .toArray(String[]::new);
  }

  private List<List<Integer>> shots(String task, ScoringMode mode, int count) {
    return rows.items(task, mode, count).stream().map(Item::shots).toList();
  }

  @Test
  void oneMoreIsDrawnFromTheTrainingSplitAndItsPromptIsBuiltOfTheFirst() throws IOException {
    rows.write("train.jsonl", piqa(10, "t"));
    rows.write("validation.jsonl", piqa(4, "v"));
    assertThat(shots("piqa", ScoringMode.LM_EVAL, 2))
        .containsExactly(List.of(7, 1), List.of(1, 0), List.of(1, 5), List.of(0, 9));
    assertThat(rows.items("piqa", ScoringMode.LM_EVAL, 2).getFirst().requests())
        .containsExactly(
            new Item.Request(
                "Question: t7\nAnswer: b7\n\nQuestion: t1\nAnswer: b1\n\nQuestion: v0\nAnswer:",
                " a0"),
            new Item.Request(
                "Question: t7\nAnswer: b7\n\nQuestion: t1\nAnswer: b1\n\nQuestion: v0\nAnswer:",
                " b0"));
  }

  @Test
  void limitLeavesTheDrawsOfKeptRowsAsTheyAre() throws IOException {
    rows.write("train.jsonl", piqa(10, "t"));
    rows.write("validation.jsonl", piqa(4, "v"));
    Task task = SyntheticRows.task("piqa");
    ItemSource.Options options =
        new ItemSource.Options(
            ScoringMode.LM_EVAL, 2, ItemSource.Limit.rows(3), 1234, OnBadRow.FAIL);
    assertThat(rows.items(task, options))
        .extracting(Item::shots)
        .containsExactly(List.of(7, 1), List.of(1, 0), List.of(1, 5));
  }

  @Test
  void skippedRowsDrawTheirShotsSoThatTheOthersKeepTheirs() throws IOException {
    rows.write("train.jsonl", piqa(10, "t"));
    rows.write("validation.jsonl", piqa(5, "v"));
    Task task = SyntheticRows.task("piqa");
    List<Item> all = rows.items(task, limited("5"));
    assertThat(rows.items(task, limited("2:4"))).isEqualTo(all.subList(2, 4));
    assertThat(rows.items(task, limited("3:"))).isEqualTo(all.subList(3, 5));
    assertThat(rows.items(task, limited("5:"))).isEmpty();
  }

  private static ItemSource.Options limited(String limit) {
    return new ItemSource.Options(
        ScoringMode.LM_EVAL, 2, ItemSource.Limit.parse(limit), 1234, OnBadRow.FAIL);
  }

  @Test
  void aBadRowAmongThoseSkippedIsNoProblem() throws IOException {
    rows.write("train.jsonl", piqa(10, "t"));
    String[] good = piqa(3, "v");
    rows.write("validation.jsonl", "{'goal': 'no more'}", good[1], good[2]);
    assertThat(rows.items(SyntheticRows.task("piqa"), limited("1:")))
        .extracting(Item::docId)
        .containsExactly(1L, 2L);
  }

  @Test
  void copiesOfTheEvaluatedRowAreRemovedAndShotsDrawnAgainWhereTooFewRemain() throws IOException {
    String same = piqa(1, "x")[0];
    String[] others = piqa(2, "t");
    rows.write("train.jsonl", same, same, same, others[0], others[1]);
    rows.write("validation.jsonl", same, same, same, same);
    assertThat(shots("piqa", ScoringMode.LM_EVAL, 2))
        .containsExactly(List.of(3, 4), List.of(3, 4), List.of(3, 4), List.of(3, 4));
  }

  @Test
  void testSplitLeaksInLmEvalAndNeverInClean() throws IOException {
    rows.write(
        "test.jsonl",
        "{'text': 'a b0'}",
        "{'text': 'a b1'}",
        "{'text': 'a b2'}",
        "{'text': 'a b3'}");
    assertThat(shots("lambada_openai", ScoringMode.LM_EVAL, 2))
        .as("rows 0, 2 and 3 see themselves")
        .containsExactly(List.of(3, 0), List.of(0, 3), List.of(0, 2), List.of(0, 3));
    assertThat(shots("lambada_openai", ScoringMode.CLEAN, 2))
        .as("the same draws, and a new one where a row would see itself")
        .satisfies(all ->
            IntStream.range(0, 4)
                .forEach(row -> assertThat(all.get(row)).hasSize(2).doesNotContain(row)))
        .startsWith(List.of(1, 3), List.of(0, 2));
  }

  @Test
  void lambadaShotsHaveTwoBlanksInLmEvalAndOneInClean() throws IOException {
    rows.write("test.jsonl", "{'text': 'a b'}", "{'text': 'c d'}", "{'text': 'e f'}");
    assertThat(rows.items("lambada_openai", ScoringMode.LM_EVAL, 1).getFirst().requests())
        .singleElement()
        .extracting(Item.Request::context)
        .asString()
        .containsPattern("[ace]  [bdf]\n\na$");
    assertThat(rows.items("lambada_openai", ScoringMode.CLEAN, 1).getFirst().requests())
        .singleElement()
        .extracting(Item.Request::context)
        .asString()
        .containsPattern("[ce] [df]\n\na$");
  }

  @Test
  void winograndeShotsHaveTheRightOption() throws IOException {
    rows.write(
        "train.jsonl",
        "{'sentence': 'The _ ran.', 'option1': 'cat', 'option2': 'dog', 'answer': '2'}",
        "{'sentence': 'The _ ran.', 'option1': 'cat', 'option2': 'dog', 'answer': '2'}");
    rows.write(
        "validation.jsonl",
        "{'sentence': 'A _ sat.', 'option1': 'x', 'option2': 'y', 'answer': '1'}");
    assertThat(rows.items("winogrande", ScoringMode.LM_EVAL, 1).getFirst().requests())
        .containsExactly(
            new Item.Request("The dog ran.\n\nA x", " sat."),
            new Item.Request("The dog ran.\n\nA y", " sat."));
  }

  @Test
  void firstRowsServeEveryQuestionOfTheirSubject() throws IOException {
    String row =
        "{'subject': '%s', 'question': 'Q%d', 'choices': ['0', '1', '2', '3'], 'answer': %d}";
    rows.write(
        "dev.jsonl",
        row.formatted("anatomy", 0, 0),
        row.formatted("virology", 1, 1),
        row.formatted("virology", 2, 2),
        row.formatted("virology", 3, 3));
    rows.write("test.jsonl", row.formatted("virology", 4, 0), row.formatted("virology", 5, 0));
    List<Item> items = rows.items("mmlu_virology", ScoringMode.LM_EVAL, 2);
    assertThat(items).extracting(Item::shots).containsExactly(List.of(0, 1), List.of(0, 1));
    assertThat(items.getFirst().requests().getFirst().context())
        .isEqualTo(
            """
            The following are multiple choice questions (with answers) about virology.

            Q1
            A. 0
            B. 1
            C. 2
            D. 3
            Answer: B

            Q2
            A. 0
            B. 1
            C. 2
            D. 3
            Answer: C

            Q4
            A. 0
            B. 1
            C. 2
            D. 3
            Answer:\
            """);
  }

  @Test
  void poolThatIsTooSmallIsRefused() throws IOException {
    rows.write("train.jsonl", piqa(2, "t"));
    rows.write("validation.jsonl", piqa(1, "v"));
    assertThatThrownBy(() -> rows.items("piqa", ScoringMode.LM_EVAL, 2))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("2 shots need 3 rows of split 'train', there are 2");
  }

  @Test
  void taskWithoutShotsRefusesThem() throws IOException {
    rows.write("test.jsonl", "{'page': 'a'}");
    assertThatThrownBy(() -> rows.items("wikitext", ScoringMode.LM_EVAL, 2))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("takes no shots");
  }
}
