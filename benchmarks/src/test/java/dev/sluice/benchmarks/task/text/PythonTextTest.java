package dev.sluice.benchmarks.task.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Holds text methods against what Python 3.11 gives. */
class PythonTextTest {
  private static final int[] SPACES = {
    0x9, 0xa, 0xb, 0xc, 0xd, 0x1c, 0x1d, 0x1e, 0x1f, 0x20, 0x85, 0xa0, 0x1680, 0x2000, 0x2001,
    0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200a, 0x2028, 0x2029, 0x202f,
    0x205f, 0x3000
  };

  @Test
  void whiteSpaceIsPythons() {
    assertThat(
            IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
                .filter(PythonText::isSpace)
                .toArray())
        .hasSize(29)
        .isEqualTo(SPACES);
  }

  @Test
  void stripTakesEverySpaceFromTheEndsOnly() {
    String all = new String(SPACES, 0, SPACES.length);
    assertThat(PythonText.strip(all + "a" + all + "b" + all)).isEqualTo("a" + all + "b");
    assertThat(PythonText.lstrip(all + "a" + all)).isEqualTo("a" + all);
    assertThat(PythonText.rstrip(all + "a" + all)).isEqualTo(all + "a");
    assertThat(PythonText.strip(all)).isEmpty();
    assertThat(PythonText.rstrip("38 , ,", " ,")).isEqualTo("38");
    assertThat(PythonText.isSpace(all)).isTrue();
    assertThat(PythonText.isSpace("")).as("''.isspace()").isFalse();
    assertThat(PythonText.isSpace("a ")).isFalse();
  }

  @Test
  void zeroWidthSpaceIsNone() {
    assertThat(PythonText.strip("\u200ba\ufeff")).isEqualTo("\u200ba\ufeff");
  }

  @Test
  void lengthAndSliceCountCodePoints() {
    assertThat(PythonText.length("a\ud83d\ude00e\u0301")).isEqualTo(4);
    assertThat(PythonText.slice("a\ud83d\ude00bc", 1, 3)).isEqualTo("\ud83d\ude00b");
    assertThat(PythonText.slice("abc", 0, -1)).isEqualTo("ab");
    assertThat(PythonText.slice("abc", -2)).isEqualTo("bc");
    assertThat(PythonText.slice("abc", 5)).isEmpty();
    assertThat(PythonText.slice("abc", -9, 2)).isEqualTo("ab");
  }

  @ParameterizedTest
  @CsvSource({
    "he McDonald, He mcdonald",
    "\u00dfa, Ssa",
    "\u01c6X, \u01c5x",
    "\u0149A, \u02bcNa",
    "\u1fb3B, \u1fbcb",
    "\u1fb2B, \u1fba\u0345b",
    "\ufb01X, Fix",
    "\u0391\u03a3, \u0391\u03c2",
    "\u0391\u03a3\u0391, \u0391\u03c3\u03b1",
    "\u0130I, \u0130i",
    "\u00e9COLE, \u00c9cole",
    "\ud801\udc28X, \ud801\udc00x",
    "\u03a3, \u03a3",
    "i\u0130, Ii\u0307",
    "1A, 1a",
  })
  void capitalizeTitlesTheFirstAndLowersTheRest(String text, String expected) {
    assertThat(PythonText.capitalize(text)).isEqualTo(expected);
  }

  @Test
  void capitalizeFirstLeavesTheRest() {
    assertThat(PythonText.capitalizeFirst("he McDonald")).isEqualTo("He McDonald");
    assertThat(PythonText.capitalizeFirst("")).isEmpty();
    assertThat(PythonText.capitalize("")).isEmpty();
  }

  @Test
  void lowerDoesNotDependOnTheLocale() {
    assertThat(PythonText.lower("I\u0130\u03a3A\u03a3")).isEqualTo("ii\u0307\u03c3a\u03c2");
  }

  @Test
  void splitAtOneBlankKeepsEmptyPieces() {
    assertThat(PythonText.split(" a  b ", ' ')).containsExactly("", "a", "", "b", "");
    assertThat(PythonText.split("", ' ')).containsExactly("");
  }

  @Test
  void splitAtSpaceDropsEmptyPiecesAndPiecesKeepThoseAtTheEnds() {
    assertThat(PythonText.split("\u2007a\u0085\u001cb ")).containsExactly("a", "b");
    assertThat(PythonText.split("  ")).isEmpty();
    assertThat(PythonText.pieces(" = A = \n hello world ."))
        .containsExactly("", "=", "A", "=", "hello", "world", ".");
    assertThat(PythonText.pieces("")).containsExactly("");
    assertThat(PythonText.pieces("a ")).containsExactly("a", "");
  }

  @Test
  void jsonIsEscapedAsByJsonDumps() {
    assertThat(
            PythonText.jsonArray(
                List.of("loglikelihood", "a\"\\\n\t\u00e9\ud83d\ude00\u007f\u0001/", " b")))
        .isEqualTo(
            "[\"loglikelihood\", \"a\\\"\\\\\\n\\t\\u00e9\\ud83d\\ude00\u007f\\u0001/\", \" b\"]");
  }
}
