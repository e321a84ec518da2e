package dev.sluice.harness.answers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.harness.evaluation.ScoredSequence;
import dev.sluice.scorers.PrerequisiteException;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PerplexityWindowsTest {
  private static final int PREFIX = 99;

  /** A window as context and scored tokens: {@code 5 6 7|8 9}. */
  private static List<String> shown(List<ScoredSequence> windows) {
    return windows.stream()
        .map(w -> {
          int[] all = w.tokens().toArray();
          int split = all.length - w.scored();
          return text(Arrays.copyOf(all, split))
              + "|"
              + text(Arrays.copyOfRange(all, split, all.length));
        })
        .toList();
  }

  private static String text(int[] tokens) {
    return String.join(" ", IntStream.of(tokens).mapToObj(Integer::toString).toList());
  }

  private static int[] tokens(int count) {
    return IntStream.range(0, count).toArray();
  }

  @Test
  void rollingScoresEveryTokenOnceAndExtendsTheLastWindowToTheLeft() {
    assertThat(shown(PerplexityWindows.rolling(tokens(10), PREFIX, 4)))
        .containsExactly("99|0 1 2 3", "3|4 5 6 7", "5 6 7|8 9");
    assertThat(shown(PerplexityWindows.rolling(tokens(4), PREFIX, 4)))
        .containsExactly("99|0 1 2 3");
    assertThat(shown(PerplexityWindows.rolling(tokens(2), PREFIX, 4))).containsExactly("99|0 1");
    assertThat(PerplexityWindows.rolling(tokens(0), PREFIX, 4)).isEmpty();
  }

  @Test
  void rollingScoresEveryTokenOnceWhateverTheLengths() {
    for (int count = 1; count < 60; count++) {
      for (int longest = 2; longest < 20; longest++) {
        List<ScoredSequence> windows = PerplexityWindows.rolling(tokens(count), PREFIX, longest);
        int next = 0;
        for (ScoredSequence window : windows) {
          assertThat(window.inputs()).isLessThanOrEqualTo(longest);
          int[] all = window.tokens().toArray();
          for (int i = all.length - window.scored(); i < all.length; i++) {
            assertThat(all[i]).as("%d tokens, windows of %d", count, longest).isEqualTo(next++);
          }
        }
        assertThat(next).isEqualTo(count);
      }
    }
  }

  @Test
  void gptqDropsTheRestAndScoresAllButTheFirst() {
    assertThat(shown(PerplexityWindows.gptq(tokens(11), 4))).containsExactly("0|1 2 3", "4|5 6 7");
  }

  @Test
  void llamaCppScoresTheSecondHalfAndOverwritesTheFirstToken() {
    List<ScoredSequence> windows =
        PerplexityWindows.llamaCpp(tokens(1030), 512, OptionalInt.of(PREFIX));
    assertThat(windows).hasSize(2);
    assertThat(windows.getFirst().scored()).isEqualTo(255);
    assertThat(windows.get(1).tokens().limit(2)).containsExactly(PREFIX, 513);
    assertThat(shown(PerplexityWindows.llamaCpp(tokens(16), 8, OptionalInt.empty())).getFirst())
        .isEqualTo("0 1 2 3 4|5 6 7");
  }

  @Test
  void textsThatAreTooShortAreRefused() {
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(() -> PerplexityWindows.gptq(tokens(3), 4))
        .withMessageContaining("3 tokens");
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(() -> PerplexityWindows.llamaCpp(tokens(15), 8, OptionalInt.empty()))
        .withMessageContaining("two windows");
  }
}
