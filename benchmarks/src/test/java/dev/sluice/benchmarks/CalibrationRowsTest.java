package dev.sluice.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.benchmarks.CalibrationRows.Kind;
import dev.sluice.benchmarks.CalibrationRows.Rule;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class CalibrationRowsTest {
  private static final int BOS = -1;

  /** BOS, then one token per character. */
  private static int[] characters(String text) {
    return IntStream.concat(IntStream.of(BOS), text.chars()).toArray();
  }

  private static PromptSource texts(String... texts) {
    return () -> Flux.fromArray(texts).index(Prompt::new);
  }

  private static List<int[]> cut(Rule rule, PromptSource source, Function<String, int[]> tokenise) {
    return new CalibrationRows(rule).rows(source, tokenise).blockOptional().orElseThrow();
  }

  /** The starts of the windows over a text whose tokens are their own places. */
  private static List<Integer> starts(Rule rule, int tokens) {
    return cut(rule, texts("any"), text -> IntStream.range(0, tokens).toArray()).stream()
        .peek(row ->
            assertThat(row).isEqualTo(IntStream.range(row[0], row[0] + rule.length()).toArray()))
        .map(row -> row[0])
        .toList();
  }

  @Test
  void finerCutTakesTheFirstTenTimes256Tokens() {
    assertThat(Rule.finerCut()).isEqualTo(new Rule(Kind.FIRST, 10, 256, 0));
    int[] tokens = new SplittableRandom(3).ints(3000, 0, 100).toArray();
    List<int[]> rows = cut(Rule.finerCut(), texts("any"), text -> tokens);
    assertThat(rows).hasSize(10);
    for (int i = 0; i < 10; i++) {
      assertThat(rows.get(i)).isEqualTo(Arrays.copyOfRange(tokens, 256 * i, 256 * i + 256));
    }
  }

  @Test
  void linesAreJoinedByOneBlankAndTokenisedOnce() {
    List<String> asked = new ArrayList<>();
    List<int[]> rows =
        cut(
            new Rule(Kind.FIRST, 2, 4, 0),
            texts("ab", "", " c ", "  ", "d\n"),
            text -> {
              asked.add(text);
              return characters(text);
            });
    assertThat(asked).containsExactly("ab  c  d\n");
    assertThat(rows.get(0)).as("the only row with BOS").containsExactly(BOS, 'a', 'b', ' ');
    assertThat(rows.get(1)).containsExactly(' ', 'c', ' ', ' ');
  }

  @Test
  void seedsReproduceWindows() {
    // By an independent SplitMix64: floor(u * starts / 2^64), repetitions left out.
    assertThat(starts(new Rule(Kind.WINDOWS, 5, 16, 42), 1_000))
        .containsExactly(730, 157, 274, 339, 37);
    assertThat(starts(new Rule(Kind.WINDOWS, 6, 256, 0), 10_000))
        .containsExactly(8607, 4205, 257, 9461, 1036, 3189);
    assertThat(starts(new Rule(Kind.WINDOWS, 3, 8, -1), 10)).containsExactly(2, 0, 1);
    assertThat(starts(new Rule(Kind.WINDOWS, 4, 8, 7), 9))
        .as("fewer starts than rows: drawn with replacement")
        .containsExactly(0, 0, 1, 1);
  }

  @Test
  void everyWindowLiesInsideTheText() {
    long seed = 20260101;
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 500; i++) {
      int length = random.nextInt(1, 40);
      int tokens = length + random.nextInt(0, 200);
      int sequences = random.nextInt(1, 60);
      Rule rule = new Rule(Kind.WINDOWS, sequences, length, random.nextLong());
      String place = "seed " + seed + ", round " + i + ": " + rule + " in " + tokens;
      List<Integer> starts = starts(rule, tokens);
      assertThat(starts).as(place).hasSize(sequences);
      assertThat(starts).as(place).allMatch(s -> s >= 0 && s <= tokens - length);
      if (sequences <= tokens - length + 1) {
        assertThat(starts).as(place).doesNotHaveDuplicates();
      }
    }
  }

  @Test
  void windowsStartEverywhereAlike() {
    int[] hits = new int[10];
    for (int seed = 0; seed < 4_000; seed++) {
      starts(new Rule(Kind.WINDOWS, 2, 5, seed), 14).forEach(start -> hits[start]++);
    }
    // 800 expected at each of the ten starts; five standard deviations are 127.
    assertThat(IntStream.of(hits)).allMatch(h -> Math.abs(h - 800) < 127);
  }

  @Test
  void tooShortTextSaysWhatIsFoundNeededAndToDo() {
    assertThatThrownBy(() -> cut(Rule.finerCut(), texts("abc"), CalibrationRowsTest::characters))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessage(
            "the calibration text has 4 tokens, 10 rows of 256 need 2560: give a longer text or"
                + " set --calibration-preset first with smaller --sequences, --pool or --length");
    assertThatThrownBy(() ->
            cut(new Rule(Kind.WINDOWS, 2, 5, 0), texts("abc"), CalibrationRowsTest::characters))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessage(
            "the calibration text has 4 tokens, windows need 5: give a longer text or"
                + " set a smaller --length");
    assertThat(cut(new Rule(Kind.WINDOWS, 1, 4, 0), texts("abc"), CalibrationRowsTest::characters))
        .hasSize(1);
  }

  @Test
  void emptyTextHasNoTokensNotEvenBos() {
    for (PromptSource source : List.of(texts(), texts("", "  "))) {
      assertThatThrownBy(
              () -> cut(new Rule(Kind.FIRST, 1, 1, 0), source, CalibrationRowsTest::characters))
          .isInstanceOf(PrerequisiteException.class)
          .hasMessageStartingWith("the calibration text has 0 tokens");
    }
  }

  @Test
  void firstStopsReadingEarly(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("big.txt");
    Files.writeString(file, ("x".repeat(99) + "\n").repeat(50_000));
    CountingOpener opener = new CountingOpener();
    int[] longest = new int[1];
    cut(
        Rule.finerCut(),
        new TextLines(file, opener),
        text -> {
          longest[0] = text.length();
          return new int[2560];
        });
    assertThat(longest[0]).isEqualTo(1 << 20);
    assertThat(opener.bytes.get()).isBetween(1L << 20, (1L << 20) + Utf8Lines.CHUNK);
    assertThat(opener.closed).hasValue(1);
  }

  @Test
  void boundsFollowTheRule() {
    assertThat(new Rule(Kind.FIRST, 10, 256, 0).characters()).isEqualTo(1 << 20);
    assertThat(new Rule(Kind.FIRST, 128, 2048, 0).characters()).isEqualTo(64 * 128 * 2048);
    assertThat(new Rule(Kind.FIRST, 1 << 20, 1024, 0).characters()).isEqualTo(16 << 20);
    assertThat(new Rule(Kind.WINDOWS, 1, 1, 0).characters()).isEqualTo(16 << 20);
  }

  @Test
  void textIsCutAtTheBoundButNeverInsideACharacter() {
    JoinedText text = new JoinedText(6);
    assertThat(text.append("ab")).isFalse();
    assertThat(text.append(" ")).isFalse();
    assertThat(text.append("cd𝄞")).isTrue();
    assertThat(text).hasToString("ab cd");
    assertThat(text.append("e")).isTrue();
    assertThat(text).hasToString("ab cd");
    JoinedText exact = new JoinedText(3);
    assertThat(exact.append("abc")).isTrue();
    JoinedText blankLast = new JoinedText(3);
    blankLast.append("ab");
    assertThat(blankLast.append("c")).isTrue();
    assertThat(blankLast).hasToString("ab ");
  }

  @Test
  void textOverTheBoundIsNamedWhenItIsTooShort() {
    PromptSource endless = () -> Flux.generate(sink -> sink.next(new Prompt(0, "x".repeat(999))));
    assertThatThrownBy(() -> cut(Rule.finerCut(), endless, text -> new int[100]))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("100 tokens in its first 1048576 characters");
  }

  @Test
  void nothingIsReadBeforeTheSubscriptionAndErrorsPass(@TempDir Path folder) {
    PromptSource missing = new TextLines(folder.resolve("no.txt"));
    Mono<List<int[]>> rows =
        new CalibrationRows(Rule.finerCut()).rows(missing, CalibrationRowsTest::characters);
    assertThatThrownBy(rows::block)
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("no.txt");
  }

  @Test
  void subscribingAgainReadsAgain() {
    Mono<List<int[]>> rows =
        new CalibrationRows(new Rule(Kind.FIRST, 1, 3, 0))
            .rows(texts("ab"), CalibrationRowsTest::characters);
    Stream.of(rows.block(), rows.block())
        .forEach(r -> assertThat(r).containsExactly(new int[] {BOS, 'a', 'b'}));
  }

  @Test
  void impossibleRulesAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Rule(Kind.FIRST, 0, 256, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Rule(Kind.FIRST, 10, 0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Rule(Kind.FIRST, 65_536, 65_536, 0));
  }
}
