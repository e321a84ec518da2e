package dev.sluice.harness.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.harness.jobs.Job.State;
import dev.sluice.harness.jobs.JobEvent;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@Timeout(120)
class EventsOverHttpTest {
  private static final long FLOOD = 300_000;

  /** Of one event of the flood. */
  private static final long BYTES = 130;

  @TempDir private Path journals;

  private static JobEvent event(long id) {
    return new JobEvent(Optional.of("" + id), "trials", "{\"step\":" + id + "}");
  }

  @Test
  void eventsAreSentAsTheyAreWithIdsWhereTheyHaveOne() {
    try (Served served = Served.open(journals)) {
      served.jobs.put("x", State.RUNNING);
      served.jobs.streams =
          after -> Flux.just(new JobEvent(Optional.empty(), "job", "{\"name\":\"x\"}"), event(7));
      try (EventClient client = EventClient.open(served, "/api/v1/jobs/x/events")) {
        assertThat(client.block()).containsExactly("retry: 2000");
        assertThat(client.block()).containsExactly("event: job", "data: {\"name\":\"x\"}");
        assertThat(client.block()).containsExactly("id: 7", "event: trials", "data: {\"step\":7}");
        assertThat(client.line()).as("after the last event").isEqualTo("(end)");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/api/v1/events, Last-Event-ID: 41, 41",
    "/api/v1/events?after=12, X-Other: 1, 12",
    "/api/v1/jobs/x/events?after=12, Last-Event-ID: 41, 41",
    "/api/v1/jobs/x/events, X-Other: 1, none"
  })
  void streamGoesOnAfterTheLastEventThatAClientHas(String path, String header, String after) {
    try (Served served = Served.open(journals)) {
      served.jobs.put("x", State.RUNNING);
      served.jobs.streams = asked -> Flux.just(new JobEvent(asked, asked.orElse("none"), "{}"));
      try (EventClient client = EventClient.open(served, path, header)) {
        client.block();
        assertThat(client.block()).contains("event: " + after);
      }
    }
  }

  /** Far more than the buffers of two sockets hold; made as it is asked for. */
  private static Flux<JobEvent> flood(AtomicLong made) {
    String filling = "x".repeat(100);
    return Flux.<JobEvent>generate(sink ->
            sink.next(new JobEvent(Optional.of("" + made.incrementAndGet()), "trials", filling)))
        .take(FLOOD);
  }

  /** How many were made when no more are, for the server's loop has had many turns since. */
  private static long settled(Served served, AtomicLong made) {
    long seen = -1;
    int idle = 0;
    while (idle < 20) {
      long now = made.get();
      idle = now == seen ? idle + 1 : 0;
      seen = now;
      for (int i = 0; i < 20; i++) {
        assertThat(served.get("/healthz").statusCode()).isEqualTo(200);
      }
    }
    return seen;
  }

  @Test
  void slowReaderCostsNoMemory() throws IOException {
    AtomicLong made = new AtomicLong();
    try (Served served = Served.open(journals)) {
      served.jobs.streams = after -> flood(made);
      try (EventClient slow = EventClient.open(served, "/api/v1/events")) {
        long unread = settled(served, made);
        assertThat(unread).isPositive().isLessThan(FLOOD / 2);
        for (int i = 0; i < 10; i++) {
          // What one of 20 kB/s reads in ten seconds; the pace does not matter to what is held.
          slow.skip(200_000);
          served.get("/healthz");
        }
        long read = 2_000_000 / BYTES;
        assertThat(settled(served, made)).isBetween(unread, unread + 2 * read);
      }
    }
  }

  @Test
  void closedConnectionEndsTheStream() throws InterruptedException {
    CountDownLatch cancelled = new CountDownLatch(1);
    try (Served served = Served.open(journals)) {
      served.jobs.streams =
          after ->
              Flux.concat(
                      Flux.just(new JobEvent(Optional.empty(), "progress", "{}", 3)),
                      Flux.<JobEvent>never())
                  .doOnCancel(cancelled::countDown);
      EventClient client = EventClient.open(served, "/api/v1/events");
      client.block();
      client.block();
      assertThat(scraped(served, "sluice_event_stream_clients")).isEqualTo("1.0");
      client.close();
      assertThat(cancelled.await(60, TimeUnit.SECONDS)).isTrue();
      while (!scraped(served, "sluice_event_stream_clients").equals("0.0")) {
        Thread.onSpinWait();
      }
      assertThat(scraped(served, "sluice_event_stream_events_total{outcome=\"sent\"}"))
          .isEqualTo("1.0");
      assertThat(scraped(served, "sluice_event_stream_events_total{outcome=\"skipped\"}"))
          .isEqualTo("3.0");
    }
  }

  private static String scraped(Served served, String series) {
    return served
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .map(line -> line.substring(series.length() + 1))
        .findFirst()
        .orElse("none");
  }

  @Test
  void commentsKeepASilentStreamAlive() {
    Limits.Times times =
        new Limits.Times(Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofMillis(50));
    ServerOptions options =
        Served.options(
            Optional.empty(), ServerOptions.Metrics.USUAL, new Limits(1000, 10, 10, 2, times));
    try (Served served = Served.with(options, journals);
        EventClient client = EventClient.open(served, "/api/v1/events")) {
      client.block();
      assertThat(client.block()).containsExactly(": ");
      assertThat(client.block()).containsExactly(": ");
    }
  }

  @Test
  void streamsEndWithAByeWhenTheServiceStops() {
    try (Served served = Served.open(journals)) {
      try (EventClient client = EventClient.open(served, "/api/v1/events")) {
        client.block();
        served.server.stop(Duration.ofSeconds(2));
        assertThat(client.block()).containsExactly(": bye");
        assertThat(client.line()).isEqualTo("(end)");
      }
    }
  }

  @Test
  void streamThatFailsAtItsStartSaysWhy() {
    try (Served served = Served.open(journals)) {
      assertThat(served.get("/api/v1/jobs/nobody/events").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void eventLoopRefusesToBlock() {
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    Vertx vertx = Vertx.vertx();
    try (Served served = Served.open(journals)) {
      assertThat(served.get("/healthz").statusCode()).isEqualTo(200);
      vertx.runOnContext(v -> {
        try {
          Mono.never().block(Duration.ofSeconds(1));
          thrown.completeExceptionally(new AssertionError("it blocked"));
        } catch (RuntimeException e) {
          thrown.complete(e);
        }
      });
      assertThat(thrown.orTimeout(30, TimeUnit.SECONDS).join())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("blocking");
    } finally {
      vertx.close().await();
    }
  }
}
