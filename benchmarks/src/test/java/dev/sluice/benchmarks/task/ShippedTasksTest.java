package dev.sluice.benchmarks.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What shipped tasks ask about made-up rows, as lm-evaluation-harness 0.4.13 asked about them. */
class ShippedTasksTest {
  @TempDir private Path folder;
  private SyntheticRows rows;

  @BeforeEach
  void open() {
    rows = new SyntheticRows(folder);
  }

  private Item only(String task, ScoringMode mode) {
    List<Item> items = rows.items(task, mode, 0);
    assertThat(items).hasSize(1);
    return items.getFirst();
  }

  private static List<String> continuations(Item item) {
    return item.requests().stream().map(Item.Request::continuation).toList();
  }

  private static List<String> contexts(Item item) {
    return item.requests().stream().map(Item.Request::context).distinct().toList();
  }

  @Test
  void boolqAlwaysAddsAQuestionMarkAndCleanOnlyWhereThereIsNone() throws IOException {
    rows.write(
        "validation.jsonl",
        "{'passage': 'All biomass.', 'question': 'does ethanol take more?', 'label': 1}");
    Item item = only("boolq", ScoringMode.LM_EVAL);
    assertThat(contexts(item))
        .containsExactly("All biomass.\nQuestion: does ethanol take more??\nAnswer:");
    assertThat(continuations(item)).containsExactly(" no", " yes");
    assertThat(item.choices()).containsExactly("no", "yes");
    assertThat(item.gold()).isEqualTo(1);
    assertThat(contexts(only("boolq", ScoringMode.CLEAN)))
        .containsExactly("All biomass.\nQuestion: does ethanol take more?\nAnswer:");
  }

  @Test
  void hellaSwagIsPreprocessed() throws IOException {
    rows.write(
        "validation.jsonl",
        "{'activity_label': 'Roof shingle removal', 'label': '0', 'split': 'val',"
            + "'ctx_a': 'A man is sitting on a roof [title] In NYC.',"
            + "'ctx_b': 'he McDonald [step]  starts', 'endings':"
            + "['is using wrap [substeps] to  wrap a pair of skis.', 'y [title] z', 'a', 'b']}");
    Item item = only("hellaswag", ScoringMode.LM_EVAL);
    assertThat(contexts(item))
        .containsExactly(
            "Roof shingle removal: A man is sitting on a roof. In NYC. He mcdonald  starts");
    assertThat(continuations(item))
        .containsExactly(" is using wrap to wrap a pair of skis.", " y. z", " a", " b");
    assertThat(contexts(only("hellaswag", ScoringMode.CLEAN)))
        .containsExactly(
            "Roof shingle removal: A man is sitting on a roof. In NYC. He McDonald starts");
  }

  @Test
  void winograndeScoresTheRestOfTheSentence() throws IOException {
    rows.write(
        "validation.jsonl",
        "{'sentence': 'Ian ate _\\u0027s menudo _.', 'option1': 'Sarah', 'option2': 'Maria',"
            + "'answer': '2'}");
    Item item = only("winogrande", ScoringMode.LM_EVAL);
    assertThat(item.requests())
        .containsExactly(
            new Item.Request("Ian ate Sarah", " 's menudo _."),
            new Item.Request("Ian ate Maria", " 's menudo _."));
    assertThat(item.gold()).isEqualTo(1);
    assertThat(continuations(only("winogrande", ScoringMode.CLEAN)))
        .as("'s stays at its name")
        .containsExactly("'s menudo _.", "'s menudo _.");
  }

  @Test
  void arcAnswersByLabelWhateverTheLabelsAre() throws IOException {
    rows.write(
        "ARC-Easy.test.jsonl",
        "{'id': 'a', 'question': 'Why?', 'answerKey': '2',"
            + "'choices': {'text': ['x', 'y', 'z'], 'label': ['1', '2', '3']}}",
        "{'id': 'b', 'question': 'Why?', 'answerKey': 'D',"
            + "'choices': {'text': ['x', 'y', 'z', 'w'], 'label': ['A', 'B', 'C', 'D']}}");
    List<Item> items = rows.items("arc_easy", ScoringMode.LM_EVAL, 0);
    assertThat(items).extracting(Item::gold).containsExactly(1, 3);
    assertThat(contexts(items.getFirst())).containsExactly("Question: Why?\nAnswer:");
    assertThat(continuations(items.getFirst())).containsExactly(" x", " y", " z");
  }

  @Test
  void openBookQaIsAskedPlainlyAndItsKeyStrippedOnTheLeft() throws IOException {
    rows.write(
        "main.test.jsonl",
        "{'question_stem': 'Fish live', 'answerKey': ' B',"
            + "'choices': {'text': ['x', 'y'], 'label': ['A', 'B']}}");
    assertThat(contexts(only("openbookqa", ScoringMode.LM_EVAL))).containsExactly("Fish live");
    assertThat(only("openbookqa", ScoringMode.LM_EVAL).gold()).isEqualTo(1);
    assertThat(contexts(only("openbookqa", ScoringMode.CLEAN)))
        .containsExactly("Question: Fish live\nAnswer:");
  }

  @Test
  void mmluNamesItsSubjectAndTakesItsRowsOnly() throws IOException {
    rows.write(
        "test.jsonl",
        "{'subject': 'anatomy', 'question': 'Q', 'choices': ['0', '4', '2', '6'], 'answer': 0}",
        "{'subject': 'abstract_algebra', 'question': ' Find 9? ',"
            + "'choices': ['0', '4', '2', '6'], 'answer': 2}");
    Item item = only("mmlu_abstract_algebra", ScoringMode.LM_EVAL);
    assertThat(contexts(item))
        .containsExactly(
            "The following are multiple choice questions (with answers) about abstract algebra."
                + "\n\nFind 9?\nA. 0\nB. 4\nC. 2\nD. 6\nAnswer:");
    assertThat(continuations(item)).containsExactly(" A", " B", " C", " D");
    assertThat(item.gold()).isEqualTo(2);
    assertThat(item.docId()).as("counted within the subject").isZero();
  }

  @Test
  void wsc273WritesTwoBlanksAndCleanOne() throws IOException {
    String text =
        "The city councilmen refused the demonstrators a permit because they feared violence.";
    rows.write(
        "test.jsonl",
        "{'text': '%s', 'pronoun': 'they', 'pronoun_loc': %d, 'label': 0,"
                .formatted(text, text.indexOf("they"))
            + "'options': ['The city councilmen', 'The demonstrators']}");
    Item item = only("wsc273", ScoringMode.LM_EVAL);
    String before = text.substring(0, text.indexOf("they"));
    assertThat(contexts(item))
        .containsExactly(before + "the city councilmen", before + "the demonstrators");
    assertThat(continuations(item)).containsExactly("  feared violence.", "  feared violence.");
    assertThat(continuations(only("wsc273", ScoringMode.CLEAN))).contains(" feared violence.");
  }

  @Test
  void raceAsksItsLastProblem() throws IOException {
    rows.write(
        "test.jsonl",
        ("{'article': 'Art.', 'problems': '["
                + "{~question~: ~Q1 is  _  .~, ~answer~: ~A~, ~options~: [~o1~, ~o2~]},"
                + "{~question~: ~Why?~, ~answer~: ~B~, ~options~: [~p1~, ~p2~]},"
                + "{~question~: ~Last _ ?~, ~answer~: ~D~,"
                + "~options~: [~r1~, ~r2~, ~r3~, ~r4~]}]'}")
            .replace("~", "\\u0027"));
    Item item = only("race", ScoringMode.LM_EVAL);
    assertThat(contexts(item))
        .containsExactly("Article: Art.\n\nQ1 is o1\nQuestion: Why?\nAnswer: p2\nLast _ ?");
    assertThat(continuations(item)).containsExactly(" r1", " r2", " r3", " r4");
    assertThat(item.gold()).isEqualTo(3);
  }

  @Test
  void mathQaCountsADamagedRowAsWrongAndCleanRefusesIt() throws IOException {
    rows.write(
        "test.jsonl",
        "{'Problem': 'what is 2 + 2 ?', 'correct': 'c', 'options':"
            + "'a ) 38 , b ) 27.675 , c ) 30 , d ) data inadequate , e ) none of these'}",
        "{'Problem': 'p', 'correct': 'e', 'options': 'a ) 1 , b ) 2'}");
    List<Item> items = rows.items("mathqa", ScoringMode.LM_EVAL, 0);
    assertThat(contexts(items.getFirst())).containsExactly("Question: what is 2 + 2 ?\nAnswer:");
    assertThat(continuations(items.getFirst()))
        .containsExactly(" 38", " 27.675", " 30", " data inadequate", " none of these");
    assertThat(items).extracting(Item::gold).containsExactly(2, 4);
    assertThat(items.get(1).requests()).hasSize(1);
    assertThatThrownBy(() -> rows.items("mathqa", ScoringMode.CLEAN, 0))
        .hasMessageContaining("line 2")
        .hasMessageContaining("choice 4");
  }

  @Test
  void sciqStripsItsSupportOnTheLeft() throws IOException {
    rows.write(
        "test.jsonl",
        "{'support': '  Supp. ', 'question': 'What?', 'distractor1': 'a', 'distractor2': 'b',"
            + "'distractor3': 'c', 'correct_answer': 'd'}");
    Item item = only("sciq", ScoringMode.LM_EVAL);
    assertThat(contexts(item)).containsExactly("Supp. \nQuestion: What?\nAnswer:");
    assertThat(continuations(item)).containsExactly(" a", " b", " c", " d");
    assertThat(item.gold()).isEqualTo(3);
  }

  @Test
  void lambadaAsksForTheLastWord() throws IOException {
    rows.write("test.jsonl", "{'text': 'she said  hello Bob'}");
    Item item = only("lambada_openai", ScoringMode.LM_EVAL);
    assertThat(item.requests()).containsExactly(new Item.Request("she said  hello", " Bob"));
    assertThat(item.gold()).isEqualTo(-1);
  }

  @Test
  void entailmentAsksTrueOrFalse() throws IOException {
    rows.write(
        "validation.jsonl",
        "{'sentence1': 'A b.', 'sentence2': 'C.', 'premise': 'A b.', 'hypothesis': 'C.',"
            + "'label': 0, 'idx': 0}");
    for (String task : List.of("rte", "sglue_rte")) {
      Item item = only(task, ScoringMode.LM_EVAL);
      assertThat(contexts(item)).containsExactly("A b.\nQuestion: C. True or False?\nAnswer:");
      assertThat(continuations(item)).containsExactly(" True", " False");
    }
  }

  @Test
  void copaGoesOnWithItsPremiseAfterTwoBlanks() throws IOException {
    rows.write(
        "copa_validation.jsonl",
        "{'premise': 'The man turned on the faucet. ', 'choice1': 'The toilet filled.',"
            + "'choice2': 'Water flowed.', 'question': 'effect', 'label': 1}");
    Item item = only("copa", ScoringMode.LM_EVAL);
    assertThat(contexts(item)).containsExactly("The man turned on the faucet therefore");
    assertThat(continuations(item)).containsExactly("  the toilet filled.", "  water flowed.");
    assertThat(continuations(only("copa", ScoringMode.CLEAN)))
        .containsExactly(" the toilet filled.", " water flowed.");
  }

  @Test
  void wikiTextIsScoredAsWrittenAndCountedAsItWas() throws IOException {
    rows.write("wikitext-2-raw-v1.test.jsonl", "{'page': ' = A = \\n hello world .'}");
    Item item = only("wikitext", ScoringMode.LM_EVAL);
    assertThat(item.requests()).containsExactly(new Item.Request("", " = A =\nhello world ."));
    assertThat(item.size()).isEqualTo(new Item.TextSize(7, 22));
  }
}
