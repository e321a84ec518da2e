package dev.sluice.benchmarks.task.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Holds the generator against numbers that Python 3.11 drew. */
class PythonRandomTest {

  @Test
  void bitsAreThoseOfPython() {
    PythonRandom random = new PythonRandom(1234);
    assertThat(IntStream.range(0, 4).mapToLong(i -> random.getrandbits(32)))
        .containsExactly(4150886329L, 3342196574L, 1892932127L, 501869158L);
  }

  @Test
  void fractionsAreThoseOfPython() {
    PythonRandom random = new PythonRandom(1234);
    assertThat(IntStream.range(0, 3).mapToDouble(i -> random.random()))
        .containsExactly(0.9664535356921388, 0.4407325991753527, 0.007491470058587191);
  }

  @ParameterizedTest
  @CsvSource({
    "9427, 6, 7220 1914 122 1485 572 1375, 1612 5810 3879 285 504 259",
    "39905, 6, 28883 7657 490 5940 38156 2288, 5500 6450 23241 15519 1142 2019",
    "40398, 6, 28883 7657 490 5940 38156 2288, 5500 6450 23241 15519 1142 2019",
    "2251, 5, 1805 478 30 371 143, 343 403 1452 969 71",
    "4957, 5, 3610 957 61 742 4769, 286 687 806 2905 1939",
    "16113, 6, 15834 12749 7220 1914 122 1485, 14925 15442 15388 13221 9539 572",
    "40, 3, 28 7 0, 5 37 2",
    "5, 5, 3 0 4 2 1, 0 4 1 3 2",
  })
  void samplesFollowOneAnotherAsInPython(int size, int count, String first, String second) {
    PythonRandom random = new PythonRandom(1234);
    assertThat(random.sample(size, count)).containsExactly(numbers(first));
    assertThat(random.sample(size, count)).containsExactly(numbers(second));
  }

  private static int[] numbers(String text) {
    return Arrays.stream(text.split(" ")).mapToInt(Integer::parseInt).toArray();
  }

  @Test
  void choicesAreThoseOfPython() {
    assertThat(new PythonRandom(0).choices(10, 10)).containsExactly(8, 7, 4, 2, 5, 4, 7, 3, 4, 5);
  }

  @Test
  void signOfTheSeedDoesNotCountAndItsUpperHalfDoes() {
    assertThat(new PythonRandom(-1234).getrandbits(32)).isEqualTo(4150886329L);
    assertThat(new PythonRandom((1L << 40) + 7).getrandbits(32))
        .as("random.Random(2**40 + 7).getrandbits(32)")
        .isEqualTo(2635837658L);
  }

  @Test
  void listOfWhatIsLeftAndSetOfWhatWasDrawnMeetAtPythonsThreshold() {
    assertThat(new PythonRandom(7).sample(277, 6))
        .as("far above the threshold of 85")
        .containsExactly(165, 77, 202, 24, 37, 274);
    assertThat(new PythonRandom(7).sample(85, 6)).as("at it").containsExactly(41, 19, 50, 6, 9, 68);
    assertThat(new PythonRandom(7).sample(86, 6))
        .as("above it")
        .containsExactly(41, 19, 50, 83, 6, 9);
    assertThat(new PythonRandom(7).sample(21, 5)).as("at 21").containsExactly(10, 4, 12, 1, 2);
    assertThat(new PythonRandom(7).sample(22, 5)).as("above 21").containsExactly(10, 4, 12, 20, 1);
  }

  @Test
  void impossibleDrawsAreRefused() {
    PythonRandom random = new PythonRandom(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> random.sample(3, 4))
        .withMessageContaining("4");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> random.randbelow(0))
        .withMessageContaining("0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> random.getrandbits(33))
        .withMessageContaining("33");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> random.choices(0, 1))
        .withMessageContaining("0");
  }
}
