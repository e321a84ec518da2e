package dev.sluice.harness.answers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.benchmarks.task.Question;
import dev.sluice.benchmarks.task.ScoringMode;
import dev.sluice.harness.engine.Tokenizer;
import dev.sluice.harness.evaluation.ScoredSequence;
import dev.sluice.harness.model.TinyCheckpoints;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the first special token stands; the tokenizer gives a token a byte, and 0 begins. */
class RequestTokensTest {
  private static final int BEGINNING = 0;
  private static final int LONGEST = 8;

  @TempDir private Path folder;
  private final List<Tokenizer> opened = new ArrayList<>();

  private RequestTokens tokens(boolean adds, ScoringMode mode) throws IOException {
    TinyCheckpoints.writeTokenizer(folder, adds);
    Tokenizer tokenizer = Tokenizer.open(folder.resolve("tokenizer.json"), 1000);
    opened.add(tokenizer);
    return new RequestTokens(tokenizer, SpecialTokens.of(folder), LONGEST, mode);
  }

  @AfterEach
  void close() {
    opened.forEach(Tokenizer::close);
  }

  private static int[] all(ScoredSequence sequence) {
    return sequence.tokens().toArray();
  }

  private static long beginnings(List<ScoredSequence> windows) {
    return windows.stream()
        .flatMapToInt(ScoredSequence::tokens)
        .filter(token -> token == BEGINNING)
        .count();
  }

  private static int scored(List<ScoredSequence> windows) {
    return windows.stream().mapToInt(ScoredSequence::scored).sum();
  }

  @Test
  void lmEvalScoresTheBeginningTokenOfAPageAfterItself() throws IOException {
    List<ScoredSequence> windows = tokens(true, ScoringMode.LM_EVAL).rolling("abcd");
    assertThat(all(windows.getFirst())).startsWith(BEGINNING, BEGINNING).hasSize(6);
    assertThat(scored(windows)).isEqualTo(5);
  }

  @Test
  void cleanPagesHaveOneBeginningTokenHoweverItGetsThere() throws IOException {
    for (String text : List.of("abcd", "<|bos|>abcd")) {
      for (boolean adds : new boolean[] {true, false}) {
        List<ScoredSequence> windows = tokens(adds, ScoringMode.CLEAN).rolling(text);
        assertThat(beginnings(windows)).as("%s %s", text, adds).isEqualTo(1);
        assertThat(scored(windows)).as("%s %s", text, adds).isEqualTo(4);
      }
    }
  }

  @Test
  void textThatBringsTheBeginningTokenGetsNoSecondOne() throws IOException {
    for (ScoringMode mode : ScoringMode.values()) {
      RequestTokens tokens = tokens(true, mode);
      assertThat(beginnings(List.of(tokens.of("<|bos|>ab", " c")))).isEqualTo(1);
      assertThat(beginnings(List.of(tokens.of("ab", " c")))).isEqualTo(1);
      assertThat(beginnings(List.of(tokens.of("", "<|bos|>ab")))).isEqualTo(1);
    }
  }

  @Test
  void gptqBeginsTheTextAndLlamaCppEveryWindow() throws IOException {
    RequestTokens tokens = tokens(true, ScoringMode.LM_EVAL);
    Question.Windows gptq = new Question.Windows(Question.Convention.GPTQ, 4, "");
    Question.Windows cpp = new Question.Windows(Question.Convention.LLAMA_CPP, 4, "");
    List<ScoredSequence> whole = tokens.corpus("abcdefghijk", gptq);
    assertThat(whole).hasSize(3).allMatch(window -> window.scored() == 3);
    assertThat(beginnings(whole)).isEqualTo(1);
    List<ScoredSequence> halves = tokens.corpus("abcdefghijk", cpp);
    assertThat(halves).hasSize(3).allMatch(window -> window.scored() == 1);
    assertThat(beginnings(halves)).isEqualTo(3);
    assertThat(halves).allMatch(window -> all(window)[0] == BEGINNING);
  }

  @Test
  void llamaCppOverwritesNothingWhereTheTokenizerAddsNothing() throws IOException {
    Question.Windows cpp = new Question.Windows(Question.Convention.LLAMA_CPP, 4, "");
    assertThat(beginnings(tokens(false, ScoringMode.LM_EVAL).corpus("abcdefgh", cpp))).isZero();
  }

  @Test
  void continuationsWithoutTokensOrWithTooManyAreRefusedByThemselves() throws IOException {
    RequestTokens tokens = tokens(true, ScoringMode.LM_EVAL);
    assertThatThrownBy(() -> tokens.of("ab", ""))
        .isInstanceOf(UnscorableException.class)
        .hasMessageContaining("has 0 tokens: it must have 1 to 8");
    assertThatThrownBy(() -> tokens.of("ab", "123456789"))
        .isInstanceOf(UnscorableException.class)
        .hasMessageContaining("has 9 tokens");
  }
}
