package dev.sluice.benchmarks.task.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules of each data set's pre-processing, on lm-evaluation-harness's own results. */
class PreprocessingTest {

  @Test
  void hellaSwagLosesMarksAndHalfOfItsBlanks() {
    assertThat(
            HellaSwagText.lmEval(
                "Roof shingle removal: A man is sitting on a roof [title] In NYC. He mcdonald [step]  starts"))
        .isEqualTo("Roof shingle removal: A man is sitting on a roof. In NYC. He mcdonald  starts");
    assertThat(HellaSwagText.lmEval("is using wrap [substeps] to  wrap a pair of skis."))
        .isEqualTo("is using wrap to wrap a pair of skis.");
    assertThat(HellaSwagText.lmEval("y [title] z")).isEqualTo("y. z");
    assertThat(HellaSwagText.clean("a [step]  b   c")).isEqualTo("a b c");
    assertThat(HellaSwagText.lmEval("a    b")).as("four blanks").isEqualTo("a  b");
  }

  @Test
  void hellaSwagBracketsEndAtALineFeedAndNoOtherLineEnd() {
    assertThat(HellaSwagText.lmEval("a[b\nc]d")).isEqualTo("a[b\nc]d");
    assertThat(HellaSwagText.lmEval("a[b\r\u0085\u2028c]d")).isEqualTo("ad");
    assertThat(HellaSwagText.lmEval("\u00a0a\u2007")).as("white space of Python").isEqualTo("a");
  }

  @Test
  void wikiTextReadsAsWritten() {
    assertThat(
            WikiTextDetokenizer.detokenize(
                " = Robert = \n \n \" He 's \" 1 @,@ 000 , a ; b ( c ) 's . "))
        .isEqualTo(" = Robert =\n\n\"He's\" 1,000, a; b (c)'s. ");
    assertThat(WikiTextDetokenizer.detokenize("/' 3/ = = = X = = = 4 \u00b0 C N N N x"))
        .isEqualTo("/'[0-9]/ === X === 4\u00b0C 1 N 1 x");
    assertThat(WikiTextDetokenizer.detokenize("[\u00a0a b\u2007] { c }")).isEqualTo("[a b] {c}");
  }

  @ParameterizedTest
  @CsvSource({
    "They, the demonstrators, the demonstrators",
    "they, The city councilmen, the city councilmen",
    "his, The man, the man's",
    "they, A cat and A dog, a cat and a dog",
    "they, Theory of The sea, Theory of The sea",
  })
  void optionsAreFittedToThePronoun(String pronoun, String option, String fitted) {
    PronounText text = new PronounText("Because xx " + pronoun + " feared", pronoun, 11);
    assertThat(text.fitted(option)).isEqualTo(fitted);
  }

  @Test
  void optionAtTheStartOfASentenceKeepsItsCapital() {
    assertThat(new PronounText("It rains. They left", "They", 10).fitted("The men"))
        .isEqualTo("The men");
    assertThat(new PronounText("They left.", "They", 0).fitted("The men"))
        .as("place -2 counts from the end, which is t")
        .isEqualTo("the men");
    assertThat(new PronounText("They left. ", "They", 0).fitted("The men"))
        .as("place -2 counts from the end, which is a full stop")
        .isEqualTo("The men");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PronounText("x", "x", 90).fitted("The men"))
        .withMessageContaining("90");
  }

  @Test
  void doubleBlanksMoveTheTextUnderThePronounsPlace() {
    PronounText text = new PronounText("a  b they c", "they", 5).withSingleBlanks();
    assertThat(text.text()).isEqualTo("a b they c");
    assertThat(text.before()).isEqualTo("a b t");
    assertThat(text.after()).isEqualTo("c");
  }

  @Test
  void raceSolvesAllProblemsButTheLast() {
    List<RaceText.Problem> problems =
        List.of(
            new RaceText.Problem("Q1 is  _  .", List.of("o1", "o2"), 0),
            new RaceText.Problem("Why?", List.of("p1", "p2"), 1),
            new RaceText.Problem("Last _ ?", List.of("r1", "r2"), 0));
    assertThat(RaceText.prompt("Art.", problems))
        .isEqualTo("Article: Art.\n\nQ1 is o1\nQuestion: Why?\nAnswer: p2\nLast _ ?");
  }

  @Test
  void mathQaChoicesAreTakenApart() {
    assertThat(
            MathQaText.choices(
                "a ) 38 , b ) 27.675 , c ) 30 , d ) data inadequate , e ) none of these"))
        .containsExactly("38", "27.675", "30", "data inadequate", "none of these");
    assertThat(MathQaText.choices("a ) 1 , e ) 2")).as("a damaged row").containsExactly("1", "2");
  }
}
