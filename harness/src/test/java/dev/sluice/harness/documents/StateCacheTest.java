package dev.sluice.harness.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StateCacheTest {
  private final StateCache<String> cache = new StateCache<>(2);
  private final AtomicInteger made = new AtomicInteger();

  private String get(String key, String state) {
    return cache.get(key, state, () -> key + state + made.incrementAndGet());
  }

  @Test
  void aValueIsMadeAgainOnlyWhenTheStateChanges() {
    assertThat(get("a", "1")).isEqualTo("a11");
    assertThat(get("a", "1")).isEqualTo("a11");
    assertThat(get("a", "2")).isEqualTo("a22");
    assertThat(get("a", "1")).isEqualTo("a13");
  }

  @Test
  void theOneNotUsedForLongestGoes() {
    get("a", "1");
    get("b", "1");
    get("a", "1");
    get("c", "1");
    assertThat(made).hasValue(3);
    get("a", "1");
    assertThat(made).hasValue(3);
    get("b", "1");
    assertThat(made).hasValue(4);
  }

  @Test
  void aFailureIsNotKept() {
    assertThatThrownBy(() ->
            cache.get(
                "a",
                "1",
                () -> {
                  throw new IllegalStateException("no");
                }))
        .hasMessage("no");
    assertThat(get("a", "1")).isEqualTo("a11");
  }

  @Test
  void whatSeveralWantAtOnceIsMadeOnce() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      CountDownLatch together = new CountDownLatch(4);
      List<Future<String>> results = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        results.add(
            threads.submit(() -> {
              together.countDown();
              together.await();
              return get("a", "1");
            }));
      }
      for (Future<String> result : results) {
        assertThat(result.get()).isEqualTo("a11");
      }
    }
  }
}
