package dev.sluice.scorers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {
  private static final List<String> NAMES =
      List.of("calibration", "calibration-field", "sequences", "length", "until", "kl");

  @ParameterizedTest
  @CsvSource({
    "lenght, length",
    "calibration_field, calibration-field",
    "sequence, sequences",
    "UNTIL, until",
    "unitl, until",
    "calibraton, calibration",
    "kI, kl"
  })
  void typingErrorsFindTheNameMeant(String typed, String meant) {
    assertThat(NearestName.of(typed, NAMES)).contains(meant);
  }

  @Test
  void farNamesAreNotSuggested() {
    assertThat(NearestName.of("temperature", NAMES)).isEmpty();
    assertThat(NearestName.of("", NAMES)).isEmpty();
    assertThat(NearestName.of("js", NAMES)).isEmpty();
    assertThat(NearestName.of("x".repeat(1_000_000), NAMES)).isEmpty();
  }

  @Test
  void firstOfEquallyNearNamesIsTaken() {
    assertThat(NearestName.of("abd", List.of("abc", "abe"))).contains("abc");
  }

  @Test
  void hintEndsTheMessageOrIsEmpty() {
    assertThat(NearestName.hint("lenght", NAMES)).isEqualTo(". Did you mean 'length'?");
    assertThat(NearestName.hint("temperature", NAMES)).isEmpty();
  }
}
