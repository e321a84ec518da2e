package dev.sluice.benchmarks;

import static java.util.Objects.requireNonNull;

import dev.sluice.scorers.PrerequisiteException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import reactor.core.publisher.Mono;

/**
 * Cuts rows of tokens from a text. The prompts that are not blank are joined by one blank, as they
 * are, and tokenised once with the tokeniser's special tokens, so that a BOS stands only where the
 * tokeniser put it: at the very start of the text.
 *
 * <p>Reading is bounded. {@link Kind#WINDOWS} takes the first {@link #MAX_CHARACTERS} of the joined
 * text. {@link Kind#FIRST} stops at {@code max(2^20, 64 * sequences * length)} characters where
 * that is less: the tokens at the start do not depend on text that far away.
 */
public final class CalibrationRows {
  /** At most so many UTF-16 characters are joined and tokenised: 16 Mi, which takes about 3 GB. */
  public static final int MAX_CHARACTERS = 16 << 20;

  private static final int MIN_CHARACTERS = 1 << 20;
  private static final int CHARACTERS_PER_TOKEN = 64;

  /** How rows are placed in the tokens of the text. */
  public enum Kind {
    /** One after the other from the first token on, as FinerCut does. */
    FIRST,
    /** At seeded random places, see {@link Rule#seed}. */
    WINDOWS
  }

  /**
   * What is cut.
   *
   * @param kind where
   * @param sequences number of rows, at least 1
   * @param length tokens in a row, at least 1; {@code sequences * length} fits an int
   * @param seed of {@link Kind#WINDOWS}. With n tokens there are {@code n - length + 1} starts.
   *     Each is drawn as {@code floor(u * starts / 2^64)}, u being the next output of SplitMix64
   *     ({@link SplittableRandom#nextLong}) as an unsigned number; a start that was drawn before is
   *     drawn again, unless there are fewer starts than rows. Rows stand in the order drawn
   */
  public record Rule(Kind kind, int sequences, int length, long seed) {

    public Rule {
      requireNonNull(kind, "kind");
      if (sequences < 1 || length < 1 || (long) sequences * length > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            sequences + " rows of " + length + " tokens: both at least 1, at most 2^31 - 1 tokens");
      }
    }

    /** FinerCut's preset: the first 10 x 256 tokens. */
    public static Rule finerCut() {
      return new Rule(Kind.FIRST, 10, 256, 0);
    }

    /** Characters of the joined text that are enough. */
    int characters() {
      long enough = Math.max(MIN_CHARACTERS, (long) CHARACTERS_PER_TOKEN * sequences * length);
      return kind == Kind.FIRST ? (int) Math.min(enough, MAX_CHARACTERS) : MAX_CHARACTERS;
    }
  }

  private final Rule rule;

  public CalibrationRows(Rule rule) {
    this.rule = rule;
  }

  /**
   * Read, tokenise and cut. Cold; reading and tokenising block the subscribing thread; a cancel
   * closes the source. The source is read no further than the bound.
   *
   * @param tokenise gives the token ids of a text, special tokens included
   * @return {@code sequences} rows of {@code length} ids; an error with how many tokens were found
   *     and are needed where the text is too short
   */
  public Mono<List<int[]>> rows(PromptSource source, Function<String, int[]> tokenise) {
    return Mono.defer(() -> {
      JoinedText text = new JoinedText(rule.characters());
      return source
          .prompts()
          .takeUntil(prompt -> text.append(prompt.text()))
          .then(Mono.fromCallable(() -> cut(text, tokenise)));
    });
  }

  private List<int[]> cut(JoinedText text, Function<String, int[]> tokenise) {
    int[] tokens = text.isEmpty() ? new int[0] : tokenise.apply(text.toString());
    return switch (rule.kind) {
      case FIRST -> rowsAt(first(tokens.length, text), tokens);
      case WINDOWS -> rowsAt(windows(tokens.length, text), tokens);
    };
  }

  private List<int[]> rowsAt(int[] starts, int[] tokens) {
    List<int[]> rows = new ArrayList<>(starts.length);
    for (int start : starts) {
      rows.add(Arrays.copyOfRange(tokens, start, start + rule.length));
    }
    return rows;
  }

  private int[] first(int found, JoinedText text) {
    requireTokens(
        found,
        rule.sequences * rule.length,
        text,
        rule.sequences + " rows of " + rule.length,
        "set --calibration-preset first with smaller --sequences, --pool or --length");
    return IntStream.range(0, rule.sequences).map(row -> row * rule.length).toArray();
  }

  private int[] windows(int found, JoinedText text) {
    requireTokens(found, rule.length, text, "windows", "set a smaller --length");
    int starts = found - rule.length + 1;
    boolean distinct = starts >= rule.sequences;
    SplittableRandom random = new SplittableRandom(rule.seed);
    Set<Integer> drawn = new HashSet<>();
    // The product's upper half instead of nextInt, whose algorithm no document promises.
    return IntStream.generate(() -> (int) Math.unsignedMultiplyHigh(random.nextLong(), starts))
        .filter(start -> !distinct || drawn.add(start))
        .limit(rule.sequences)
        .toArray();
  }

  private void requireTokens(int found, int needed, JoinedText text, String what, String instead) {
    if (found < needed) {
      throw new PrerequisiteException(
          "the calibration text has %d tokens%s, %s need %d: give a longer text or %s"
              .formatted(
                  found,
                  text.isFull() ? " in its first " + rule.characters() + " characters" : "",
                  what,
                  needed,
                  instead));
    }
  }
}
