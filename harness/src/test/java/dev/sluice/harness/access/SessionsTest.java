package dev.sluice.harness.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.harness.progress.FixedClock;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SessionsTest {
  private final FixedClock clock = new FixedClock();
  private final Sessions sessions = new Sessions(clock);

  @Test
  void aSessionIsOpenUntilItEndsOrIsClosed() {
    String first = sessions.open();
    String second = sessions.open();
    clock.advance(Sessions.LIFETIME.toMillis() - 1);
    assertThat(sessions.isOpen(first)).isTrue();
    sessions.close(first);
    assertThat(sessions.isOpen(first)).isFalse();
    assertThat(sessions.isOpen(second)).isTrue();
    clock.advance(1);
    assertThat(sessions.isOpen(second)).isFalse();
  }

  @Test
  void theOldestGoesWhereThereAreTooMany() {
    String first = sessions.open();
    String second = sessions.open();
    for (int i = 2; i < Sessions.MOST; i++) {
      sessions.open();
    }
    assertThat(sessions.isOpen(first)).isTrue();
    String last = sessions.open();
    assertThat(sessions.isOpen(first)).isFalse();
    assertThat(sessions.isOpen(second)).isTrue();
    assertThat(sessions.isOpen(last)).isTrue();
  }

  @Test
  void idsAreLongAndNeverTheSame() {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      ids.add(sessions.open());
    }
    assertThat(ids).hasSize(1000).allSatisfy(id -> assertThat(id).matches("[0-9a-f]{64}"));
    assertThat(sessions.isOpen("")).isFalse();
  }
}
