package dev.sluice.harness.answers;

import dev.sluice.harness.evaluation.ScoredSequence;
import dev.sluice.scorers.PrerequisiteException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How a long text is cut into windows, of which the last tokens are scored: the three conventions in
 * which perplexities are published. They give different numbers for one model and text.
 */
public final class PerplexityWindows {
  private PerplexityWindows() {}

  /**
   * lm-evaluation-harness: every token of a page is scored once, in windows that do not overlap but
   * for one token of context; the last window is extended to the left.
   *
   * @param tokens of one page, special tokens with them
   * @param prefix what stands before the first token
   * @param longest tokens that the model reads
   */
  public static List<ScoredSequence> rolling(int[] tokens, int prefix, int longest) {
    List<ScoredSequence> windows = new ArrayList<>();
    int first = Math.min(longest, tokens.length);
    if (first > 0) {
      int[] opening = Arrays.copyOf(tokens, first);
      windows.add(
          new ScoredSequence(
              IntStream.concat(IntStream.of(prefix), IntStream.of(opening)).toArray(), first));
    }
    for (int done = first; done < tokens.length; ) {
      int scored = Math.min(longest, tokens.length - done);
      int end = done + scored;
      int from = Math.max(0, end - longest - 1);
      windows.add(new ScoredSequence(Arrays.copyOfRange(tokens, from, end), scored));
      done = end;
    }
    return windows;
  }

  /**
   * GPTQ's evaluation, which most pruning papers use: one tokenised text, windows of so many tokens
   * without overlap, all but the first token of each scored, the rest of the text dropped.
   */
  public static List<ScoredSequence> gptq(int[] tokens, int length) {
    return whole(tokens, length).map(w -> new ScoredSequence(w, length - 1)).toList();
  }

  /**
   * llama.cpp's {@code perplexity}: windows without overlap, the first token of each overwritten by the
   * beginning token, the second half scored but for its first token: 255 of 512.
   *
   * @param beginning the token, if the model adds one
   */
  public static List<ScoredSequence> llamaCpp(int[] tokens, int length, OptionalInt beginning) {
    if (tokens.length < 2 * length) {
      throw new PrerequisiteException(
          "text of "
              + tokens.length
              + " tokens: llama.cpp's perplexity needs two windows of "
              + length
              + ", "
              + 2 * length
              + " tokens. Give the whole text");
    }
    return whole(tokens, length)
        .map(window -> {
          beginning.ifPresent(token -> window[0] = token);
          return new ScoredSequence(window, length - length / 2 - 1);
        })
        .toList();
  }

  private static Stream<int[]> whole(int[] tokens, int length) {
    if (tokens.length < length) {
      throw new PrerequisiteException(
          "text of "
              + tokens.length
              + " tokens is shorter than one window of "
              + length
              + ": give the whole text, or take a task with shorter windows");
    }
    return IntStream.range(0, tokens.length / length)
        .mapToObj(i -> Arrays.copyOfRange(tokens, i * length, (i + 1) * length));
  }
}
