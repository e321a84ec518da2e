package dev.sluice.harness.tasks;

import dev.sluice.harness.engine.Tokenizer;
import dev.sluice.harness.evaluation.ScoredSequence;
import dev.sluice.scorers.PrerequisiteException;
import java.util.Arrays;
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
  /** What Python's {@code rstrip} takes away, all 29 code points. */
  private static final String WHITE_SPACE =
      "\t\n\u000b\f\r\u001c\u001d\u001e\u001f \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004"
          + "\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000";

  private final Tokenizer tokenizer;
  private final SpecialTokens special;
  private final int longest;

  /**
   * @param longest tokens that the model reads at most
   */
  public RequestTokens(Tokenizer tokenizer, SpecialTokens special, int longest) {
    this.tokenizer = tokenizer;
    this.special = special;
    this.longest = longest;
  }

  /**
   * The tokens of one request, of which the continuation's are scored.
   *
   * @throws PrerequisiteException if the continuation has no tokens, or more than the model reads
   */
  public ScoredSequence of(String context, String continuation) {
    if (context.isEmpty()) {
      return alone(continuation);
    }
    int end = context.length();
    while (end > 0 && WHITE_SPACE.indexOf(context.charAt(end - 1)) >= 0) {
      end--;
    }
    String text = context + continuation;
    int[] whole = encode(text);
    int[] before = encode(context.substring(0, end));
    int[] after = Arrays.copyOfRange(whole, Math.min(before.length, whole.length), whole.length);
    return sequence(before, after, continuation);
  }

  /** Text that begins with the first special token brings it along: it is not added again. */
  private int[] encode(String text) {
    Optional<String> first = special.beginning();
    return tokenizer.encode(text, first.isEmpty() || !text.startsWith(first.get()));
  }

  private ScoredSequence alone(String continuation) {
    int[] tokens = tokenizer.encode(continuation, false);
    OptionalInt prefix = prefix();
    if (prefix.isEmpty()) {
      throw new PrerequisiteException(
          "a request without context needs a token to begin with, and the tokenizer names neither"
              + " bos_token nor eos_token in tokenizer_config.json: add one");
    }
    boolean brought = tokens.length > 0 && tokens[0] == prefix.getAsInt();
    return brought
        ? sequence(
            new int[] {tokens[0]}, Arrays.copyOfRange(tokens, 1, tokens.length), continuation)
        : sequence(new int[] {prefix.getAsInt()}, tokens, continuation);
  }

  private OptionalInt prefix() {
    return special.beginning().or(special::end).stream()
        .mapToInt(text -> tokenizer.encode(text, false)[0])
        .findFirst();
  }

  private ScoredSequence sequence(int[] before, int[] after, String continuation) {
    if (after.length == 0 || after.length > longest) {
      throw new PrerequisiteException(
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
