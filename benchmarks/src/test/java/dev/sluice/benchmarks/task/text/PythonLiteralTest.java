package dev.sluice.benchmarks.task.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PythonLiteralTest {

  @Test
  void listsAndDictionariesOfStringsAreRead() {
    assertThat(
            PythonLiteral.parse(
                "[{'question': 'Why?', \"answer\": \"It's\", 'options': ['a', \"b\"],}, ('c',)]"))
        .isEqualTo(
            List.of(
                Map.of("question", "Why?", "answer", "It's", "options", List.of("a", "b")),
                List.of("c")));
  }

  @Test
  void escapesAreThoseOfPython() {
    assertThat(PythonLiteral.parse("'\\n\\t\\'\\\"\\\\\\x41\\u00e9\\U0001F600\\101\\d\\0'"))
        .isEqualTo("\n\t'\"\\A\u00e9\ud83d\ude00A\\d\0");
    assertThat(PythonLiteral.parse("'a' \"b\"")).as("strings in a row").isEqualTo("ab");
  }

  @Test
  void numbersAndConstantsKeepTheirText() {
    assertThat(PythonLiteral.parse(" [1, -2.5, None, True] "))
        .isEqualTo(List.of("1", "-2.5", "None", "True"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[",
        "['a'",
        "['a' 'b",
        "{'a'}",
        "{1, 2}",
        "['a'] x",
        "'\\x4'",
        "'\\uzzzz'",
        "'a\nb'",
        "[,]",
        "'\\U99999999'"
      })
  void anythingElseIsRefusedWithItsPlace(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PythonLiteral.parse(text))
        .withMessageContaining("at character");
  }

  @Test
  void depthIsBounded() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PythonLiteral.parse("[".repeat(100_000)))
        .withMessageContaining("deeper");
  }
}
