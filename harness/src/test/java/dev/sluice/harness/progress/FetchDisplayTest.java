package dev.sluice.harness.progress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class FetchDisplayTest {
  private static final long MIB = 1L << 20;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final FixedClock clock = new FixedClock();

  private FetchDisplay display(LiveDisplay.Mode mode, int columns) {
    return new FetchDisplay(new PrintStream(bytes, true, UTF_8), mode, columns, clock, "org/name");
  }

  private String shown() {
    String shown = bytes.toString(UTF_8);
    bytes.reset();
    return shown;
  }

  @Test
  void plainLinesComeEveryTenSeconds() {
    try (FetchDisplay display = display(LiveDisplay.Mode.PLAIN, 80)) {
      display.planned(3, 100 * MIB, 0);
      assertThat(shown()).isEqualTo("org/name: 3 files, 100 MiB\n");
      clock.advance(9_999);
      display.reached(10 * MIB);
      assertThat(shown()).isEmpty();
      clock.advance(1);
      display.reached(20 * MIB);
      assertThat(shown()).isEqualTo("org/name: 20.0 % of 100 MiB, 2.00 MiB/s, about 40 s to go\n");
      display.note("the connection broke");
    }
    assertThat(shown()).isEqualTo("the connection broke\n");
  }

  @Test
  void rateCountsOnlyWhatCameNow() {
    try (FetchDisplay display = display(LiveDisplay.Mode.PLAIN, 80)) {
      display.planned(1, 100 * MIB, 50 * MIB);
      assertThat(shown()).isEqualTo("org/name: 1 file, 100 MiB, 50.0 MiB of it is here\n");
      clock.advance(10_000);
      display.reached(60 * MIB);
      assertThat(shown()).contains("60.0 % of 100 MiB, 1.00 MiB/s, about 40 s to go");
      clock.advance(10_000);
      display.reached(50 * MIB);
      assertThat(shown()).as("after wrong bytes").contains("50.0 % of 100 MiB").doesNotContain("-");
    }
  }

  @Test
  void liveLineIsRedrawnAndNeverWiderThanTheTerminal() {
    for (int columns : new int[] {40, 60, 100}) {
      try (FetchDisplay display = display(LiveDisplay.Mode.LIVE, columns)) {
        display.planned(3, 100 * MIB, 0);
        display.note("x".repeat(300));
        for (int i = 1; i <= 5; i++) {
          clock.advance(100);
          display.reached(i * MIB);
          display.reached(i * MIB + 1);
        }
        display.note("a note");
      }
      String shown = shown();
      assertThat(shown.split("\u001b\\[K", -1)).as("redraws").hasSize(5 + 1 + 1);
      assertThat(shown.split("\r\u001b\\[K|\n", -1))
          .allSatisfy(line -> assertThat(line).hasSizeLessThan(columns));
      assertThat(shown).contains("% of 100 MiB").endsWith("\r\u001b[Ka note\n");
    }
  }

  @Test
  void closingRemovesTheLine() {
    try (FetchDisplay display = display(LiveDisplay.Mode.LIVE, 80)) {
      display.planned(1, MIB, 0);
      clock.advance(100);
      display.reached(MIB);
    }
    assertThat(shown()).contains("██████████").endsWith("\r\u001b[K");
  }

  @Test
  void quietShowsNothing() {
    try (FetchDisplay display = display(LiveDisplay.Mode.QUIET, 80)) {
      display.planned(1, MIB, 0);
      clock.advance(20_000);
      display.reached(MIB);
      display.note("x");
    }
    assertThat(shown()).isEmpty();
  }

  @Test
  void emptyFilesAreNoDivisionByZero() {
    try (FetchDisplay display = display(LiveDisplay.Mode.PLAIN, 80)) {
      display.planned(1, 0, 0);
      clock.advance(20_000);
      display.reached(0);
    }
    assertThat(shown()).contains("100.0 % of 0 bytes");
  }
}
