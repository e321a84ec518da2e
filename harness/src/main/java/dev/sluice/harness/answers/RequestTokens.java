package dev.sluice.harness.answers;

import dev.sluice.benchmarks.task.Question;
import dev.sluice.benchmarks.task.ScoringMode;
import dev.sluice.benchmarks.task.text.PythonText;
import dev.sluice.harness.engine.Tokenizer;
import dev.sluice.harness.evaluation.ScoredSequence;
import dev.sluice.scorers.PrerequisiteException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Turns a context and a continuation into tokens as lm-evaluation-harness 0.4.13 does.
 *
 * <p>White space at the end of the context goes over to the continuation. Both together and the context
 * alone are tokenised; what the former has beyond the latter's <em>number</em> of tokens is the
 * continuation, and the model reads the context's own tokens before it, even where a merge across the
 * boundary would have joined them. What is longer than the model's context loses tokens from the left,
 * the first special token among them. Safe for use by several threads.
 */
public final class RequestTokens {
  private final Tokenizer tokenizer;
  private final SpecialTokens special;
  private final int longest;
  private final ScoringMode mode;

  /**
   * @param longest tokens that the model reads at most
   */
  public RequestTokens(Tokenizer tokenizer, SpecialTokens special, int longest, ScoringMode mode) {
    this.mode = mode;
    this.tokenizer = tokenizer;
    this.special = special;
    this.longest = longest;
  }

  /**
   * The tokens of one request, of which the continuation's are scored.
   *
   * @throws UnscorableException if the continuation has no tokens, or more than the model reads
   */
  public ScoredSequence of(String context, String continuation) {
    if (context.isEmpty()) {
      return alone(continuation);
    }
    String text = context + continuation;
    int[] whole = encode(text);
    int[] before = encode(PythonText.rstrip(context));
    int[] after = Arrays.copyOfRange(whole, Math.min(before.length, whole.length), whole.length);
    return sequence(before, after, continuation);
  }

  /** Text that begins with the first special token brings it along: it is not added again. */
  private int[] encode(String text) {
    Optional<String> first = special.beginning();
    return tokenizer.encode(text, first.isEmpty() || !text.startsWith(first.get()));
  }

  /**
   * The windows in which a whole text is scored. In the {@code lm-eval} mode the first special token is
   * scored after itself where the tokenizer adds it; in the {@code clean} mode it stands there once.
   */
  public List<ScoredSequence> rolling(String text) {
    int[] tokens = encode(text);
    boolean twice = mode == ScoringMode.CLEAN && tokens.length > 0 && tokens[0] == prefix();
    int[] scored = twice ? Arrays.copyOfRange(tokens, 1, tokens.length) : tokens;
    return PerplexityWindows.rolling(scored, prefix(), longest);
  }

  /**
   * The windows of a corpus, tokenised once with the usual special tokens.
   *
   * @throws PrerequisiteException if the text is shorter than it must be
   */
  public List<ScoredSequence> corpus(String text, Question.Windows windows) {
    int[] tokens = corpus(text);
    return switch (windows.convention()) {
      case GPTQ -> PerplexityWindows.gptq(tokens, windows.length());
      case LLAMA_CPP -> PerplexityWindows.llamaCpp(tokens, windows.length(), beginning());
    };
  }

  /** The tokens of a whole text, with the usual special tokens. */
  public int[] corpus(String text) {
    return encode(text);
  }

  /** The beginning token, if the tokenizer adds it by itself. */
  public OptionalInt beginning() {
    int[] added = tokenizer.encode("", true);
    boolean begins = special.beginning().isPresent() && added.length > 0 && added[0] == prefix();
    return begins ? OptionalInt.of(added[0]) : OptionalInt.empty();
  }

  /** Tokens that the model reads at most. */
  public int longest() {
    return longest;
  }

  private ScoredSequence alone(String continuation) {
    int[] tokens = tokenizer.encode(continuation, false);
    int prefix = prefix();
    boolean brought = tokens.length > 0 && tokens[0] == prefix;
    return brought
        ? sequence(
            new int[] {tokens[0]}, Arrays.copyOfRange(tokens, 1, tokens.length), continuation)
        : sequence(new int[] {prefix}, tokens, continuation);
  }

  private int prefix() {
    String text =
        special
            .beginning()
            .or(special::end)
            .orElseThrow(() ->
                new PrerequisiteException(
                    "a request without context needs a token to begin with, and the tokenizer names"
                        + " neither bos_token nor eos_token in tokenizer_config.json: add one"));
    return tokenizer.encode(text, false)[0];
  }

  private ScoredSequence sequence(int[] before, int[] after, String continuation) {
    if (after.length == 0 || after.length > longest) {
      throw new UnscorableException(
          "continuation '"
              + shortened(continuation)
              + "' has "
              + after.length
              + " tokens: it must have 1 to "
              + longest
              + ", what the model reads at once");
    }
    int[] all = IntStream.concat(IntStream.of(before), IntStream.of(after)).toArray();
    int from = Math.max(0, all.length - (longest + 1));
    return new ScoredSequence(Arrays.copyOfRange(all, from, all.length), after.length);
  }

  private static String shortened(String text) {
    return text.length() <= 60 ? text : text.substring(0, 57) + "...";
  }
}
