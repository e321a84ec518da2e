package dev.sluice.harness.divergence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.scorers.divergence.DivergenceTally;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Texts of an independent calculation in numpy 2.4 with printf's formats, of 153 tokens in three
 * chunks.
 */
class DivergenceTextTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/divergence");

  private static List<String[]> tokens() throws IOException {
    return Files.readAllLines(GOLDEN.resolve("tokens.csv")).stream()
        .skip(1)
        .map(line -> line.split(",", -1))
        .toList();
  }

  private static void add(String[] token, DivergenceTally tally) {
    tally.add(
        Float.parseFloat(token[1]),
        Float.parseFloat(token[2]),
        Float.parseFloat(token[3]),
        token[4].equals("1"));
  }

  @Test
  void everyCharacterIsLlamaCpps() throws IOException {
    DivergenceTally tally = new DivergenceTally();
    StringBuilder text = new StringBuilder();
    List<String[]> tokens = tokens();
    for (int i = 0; i < tokens.size(); i++) {
      add(tokens.get(i), tally);
      boolean last = i == tokens.size() - 1 || !tokens.get(i + 1)[0].equals(tokens.get(i)[0]);
      if (last) {
        text.append(DivergenceText.chunk(Integer.parseInt(tokens.get(i)[0]), tally.summary()));
      }
    }
    text.append(DivergenceText.statistics(tally));
    assertThat(text.toString()).isEqualTo(Files.readString(GOLDEN.resolve("expected.txt")));
  }

  @Test
  void fewerThanAHundredTokensHaveNoStatistics() throws IOException {
    DivergenceTally tally = new DivergenceTally();
    tokens().stream().limit(99).forEach(token -> add(token, tally));
    assertThat(DivergenceText.statistics(tally)).isEqualTo("\n");
    add(tokens().get(99), tally);
    assertThat(DivergenceText.statistics(tally)).startsWith("\n====== Perplexity statistics");
  }

  @ParameterizedTest
  @CsvSource(
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "0.125,0,2,0.12",
        "1.005,0,2,1.00",
        "2.675,0,2,2.67",
        "2.5,5,0,    2",
        "-0.00001,8,4, -0.0000",
        "1e-7,10,6,  0.000000",
        "123456.789,9,4,123456.7890",
        "-1.5,6,3,-1.500",
        "NaN,6,3,   nan",
        "-Infinity,6,3,  -inf"
      })
  void numbersAreRoundedAsPrintfDoes(double value, int width, int decimals, String text) {
    assertThat(CNumber.fixed(value, width, decimals)).isEqualTo(text);
  }
}
