package dev.sluice.harness.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenedTest {
  private final List<String> closed = new ArrayList<>();
  private final Opened opened = new Opened();

  @Test
  void lastIsClosedFirstAndEachOnce() {
    opened.add(() -> closed.add("a"));
    opened.add(() -> closed.add("b"));
    opened.close();
    opened.close();
    assertThat(closed).containsExactly("b", "a");
  }

  @Test
  void failuresDoNotKeepOthersOpen() {
    opened.add(() -> closed.add("a"));
    opened.add(() -> {
      throw new IOException("b");
    });
    opened.add(() -> {
      throw new IllegalArgumentException("c");
    });
    Throwable failure = catchThrowable(opened::close);
    assertThat(failure).isInstanceOf(IllegalArgumentException.class).hasMessage("c");
    assertThat(failure.getSuppressed()).hasSize(1).allMatch(s -> "b".equals(s.getMessage()));
    assertThat(closed).containsExactly("a");
  }
}
