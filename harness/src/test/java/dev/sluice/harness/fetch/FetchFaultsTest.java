package dev.sluice.harness.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.scorers.PrerequisiteException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that break, stall or lie on the way. */
class FetchFaultsTest extends FetchFixture {
  @Test
  void droppedConnectionIsResumedWhereItBroke() throws Exception {
    smallModel(300_000);
    hub.fault(WEIGHTS, dropWhenWritten(100_000, 100_000));
    hub.fault(WEIGHTS, dropWhenWritten(50_000, 150_000));
    assertSame(fetch(), WEIGHTS);
    List<Optional<String>> ranges =
        hub.requestsFor(WEIGHTS).stream()
            .filter(LocalHub.Request::toStore)
            .map(LocalHub.Request::range)
            .toList();
    assertThat(ranges)
        .containsExactly(
            Optional.empty(), Optional.of("bytes=100000-"), Optional.of("bytes=150000-"));
    assertThat(waits).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(1));
    assertThat(reached.getLast()).isEqualTo(300_000 + 2 + 8);
    assertThat(reached).isSorted();
  }

  @Test
  void silentTruncationIsNoticed() throws Exception {
    smallModel(300_000);
    hub.fault(WEIGHTS, LocalHub.truncateAt(299_999)).fault("config.json", LocalHub.truncateAt(1));
    assertSame(fetch(), WEIGHTS, "config.json");
    assertThat(notes).anyMatch(n -> n.contains("it ended after 299999 of 300000 bytes"));
  }

  @Test
  void nextProcessGoesOnWithWhatThisOneLeft() throws Exception {
    smallModel(300_000);
    for (int i = 0; i < Retries.IN_VAIN; i++) {
      hub.fault(WEIGHTS, dropWhenWritten(i == 0 ? 120_000 : 0, 120_000));
    }
    assertThatThrownBy(this::fetch)
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining(WEIGHTS + ": ")
        .hasMessageContaining("the same command goes on from there")
        .hasMessageNotContaining("\n");
    assertNothingIsPublished();
    assertThat(incompleteWeights()).hasSize(120_000);
    reached.clear();
    assertSame(fetch(), WEIGHTS, "config.json");
    assertThat(hub.requests().getLast().range()).contains("bytes=120000-");
    assertThat(hub.requestsFor("config.json")).as("requests for what was there").hasSize(1);
    assertThat(notes).anyMatch(n -> n.endsWith("300010 bytes, 120010 present"));
    assertThat(reached.getFirst()).isEqualTo(120_010);
  }

  @Test
  void foreignBytesInAnIncompleteFileAreThrownAway() throws Exception {
    smallModel(300_000);
    String etag = LocalHub.etag(WEIGHTS, hub.content(WEIGHTS));
    Path incomplete = model().resolve("blobs/" + etag + ".incomplete");
    for (int left : List.of(1000, 300_000, 300_001)) {
      Files.createDirectories(model().resolve("blobs"));
      Files.deleteIfExists(model().resolve("blobs/" + etag));
      Files.write(incomplete, new byte[left]);
      assertSame(fetch(), WEIGHTS);
      assertThat(incomplete).doesNotExist();
    }
  }

  @Test
  void serverWithoutRangesIsReadFromTheBeginning() throws Exception {
    smallModel(300_000);
    hub.fault(WEIGHTS, LocalHub.dropAfter(100_000));
    hub.fault(
        WEIGHTS,
        (exchange, content) -> {
          exchange.sendResponseHeaders(200, content.length);
          exchange.getResponseBody().write(content);
        });
    assertSame(fetch(), WEIGHTS);
  }

  @Test
  void anotherPartThanAskedForIsNotAppended() throws Exception {
    smallModel(300_000);
    hub.fault(WEIGHTS, LocalHub.dropAfter(100_000));
    hub.fault(
        WEIGHTS,
        (exchange, content) -> {
          exchange.getResponseHeaders().set("Content-Range", "bytes 99999-299999/300000");
          exchange.sendResponseHeaders(206, 200_001);
          exchange.getResponseBody().write(Arrays.copyOfRange(content, 99_999, 300_000));
        });
    assertSame(fetch(), WEIGHTS);
    assertThat(notes).anyMatch(n -> n.contains("another part than was asked for"));
  }

  @Test
  void unsatisfiableRangeBeginsAnew() throws Exception {
    smallModel(300_000);
    hub.fault(WEIGHTS, LocalHub.dropAfter(100_000)).fault(WEIGHTS, LocalHub.status(416));
    assertSame(fetch(), WEIGHTS);
  }

  @ParameterizedTest
  @ValueSource(strings = {WEIGHTS, "config.json"})
  void wrongBytesAreFetchedOnceMore(String name) throws Exception {
    smallModel(300_000);
    hub.fault(name, LocalHub.wrongByte());
    assertSame(fetch(), name);
  }

  @ParameterizedTest
  @ValueSource(strings = {WEIGHTS, "config.json"})
  void wrongBytesTwiceAreRefused(String name) {
    smallModel(3000);
    hub.fault(name, LocalHub.wrongByte()).fault(name, LocalHub.wrongByte());
    assertThatThrownBy(this::fetch)
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining(name + " of org/name came 2 times with bytes that are not those");
    assertNothingIsPublished();
    String etag = LocalHub.etag(name, hub.content(name));
    assertThat(model().resolve("blobs").resolve(etag)).doesNotExist();
  }

  @Test
  void tooManyBytesAreRefused() throws Exception {
    smallModel(3000);
    hub.fault(
        WEIGHTS,
        (exchange, content) -> {
          exchange.sendResponseHeaders(200, 0);
          try (var body = exchange.getResponseBody()) {
            body.write(content);
            body.write(content);
          }
        });
    assertSame(fetch(), WEIGHTS);
    assertThat(notes).anyMatch(n -> n.contains("more came than the 3000 bytes"));
  }

  @Test
  void silentConnectionCountsAsBroken() throws Exception {
    smallModel(300_000);
    CountDownLatch end = new CountDownLatch(1);
    hub.fault(
        WEIGHTS,
        (exchange, content) -> {
          exchange.sendResponseHeaders(200, content.length);
          exchange.getResponseBody().write(content, 0, 70_000);
          exchange.getResponseBody().flush();
          await(end);
        });
    hub.fault("config.json", (exchange, content) -> await(end));
    try {
      Path snapshot = fetch(RepoType.MODELS, FileChoice.model(), Duration.ofMillis(100));
      assertSame(snapshot, WEIGHTS, "config.json");
      assertThat(notes)
          .anyMatch(n -> n.contains("does not answer"))
          .anyMatch(n -> n.contains("nothing comes from 127.0.0.1 any more"));
    } finally {
      end.countDown();
    }
  }

  private static void await(CountDownLatch end) {
    try {
      assertThat(end.await(20, TimeUnit.SECONDS)).as("the client gave up").isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "429, 0, 1",
    "429, 17, 17",
    "503, 'Thu, 01 Jan 2026 00:01:00 GMT', 60",
    "500, 'soon', 1",
    "429, 'Thu, 01 Jan 2020 00:01:00 GMT', 1"
  })
  void busyServerIsAskedAgainWhenItSays(int status, String retryAfter, int seconds)
      throws Exception {
    smallModel(3000);
    hub.fault("list", LocalHub.status(status, "Retry-After", retryAfter));
    hub.fault(WEIGHTS, LocalHub.status(status, "Retry-After", retryAfter));
    assertSame(fetch(), WEIGHTS);
    assertThat(waits).containsExactly(Duration.ofSeconds(seconds), Duration.ofSeconds(seconds));
    assertThat(notes).anyMatch(n -> n.contains("answers " + status));
  }

  @Test
  void backOffDoublesAndIsBounded() {
    smallModel(3000);
    for (int i = 0; i < 20; i++) {
      hub.fault("list", LocalHub.status(502));
    }
    assertThatThrownBy(this::fetch)
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("answers 502, at the last of 6 tries");
    assertThat(waits).extracting(Duration::toSeconds).containsExactly(1L, 2L, 4L, 8L, 16L);
  }

  @Test
  void longPatienceIsLeftToTheUser() {
    smallModel(3000);
    hub.fault("list", LocalHub.status(429, "Retry-After", "7200"));
    assertThatThrownBy(this::fetch)
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("120 minutes of patience");
    assertThat(waits).isEmpty();
  }
}
