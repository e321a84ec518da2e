package dev.sluice.harness.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/** The stream of all jobs; the device stands still. */
@Timeout(60)
class ListStreamTest {
  private final VirtualTimeScheduler scheduler = VirtualTimeScheduler.create();
  private final JobQueue jobs = started(0);

  private JobQueue started(long second) {
    Clock clock = Clock.fixed(Instant.ofEpochSecond(second), ZoneOffset.UTC);
    return new JobQueue(new FakeStore(), new FakeRunner(), scheduler, clock);
  }

  private static void submit(JobQueue to, String name) {
    to.submit(new JobRequest(Job.Kind.SWEEP, Map.of("name", name), 0));
  }

  private static List<JobEvent> now(JobQueue of, Optional<String> after) {
    List<JobEvent> got = new ArrayList<>();
    of.events(after).subscribe(got::add).dispose();
    return got;
  }

  private static JsonNode json(JobEvent event) {
    try {
      return new ObjectMapper().readTree(event.data());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void listComesFirstThenEveryChange() {
    submit(jobs, "a");
    StepVerifier.create(jobs.events(Optional.empty()))
        .assertNext(e -> {
          assertThat(e.type()).isEqualTo("jobs");
          assertThat(json(e).path("total").asInt()).isEqualTo(1);
          assertThat(json(e).at("/jobs/0/name").asText()).isEqualTo("a");
          assertThat(json(e).at("/jobs/0/place").asInt()).isEqualTo(1);
        })
        .then(() -> submit(jobs, "b"))
        .assertNext(e -> {
          assertThat(e.type()).isEqualTo("job");
          assertThat(json(e).path("name").asText()).isEqualTo("b");
          assertThat(json(e).path("place").asInt()).isEqualTo(2);
          assertThat(json(e).path("state").asText()).isEqualTo("queued");
        })
        .then(() -> jobs.cancel("a"))
        .assertNext(e -> assertThat(json(e).path("state").asText()).isEqualTo("cancelled"))
        .thenCancel()
        .verify();
  }

  @Test
  void everyKnownIdGoesOnAfterIt() {
    List<String> ids = new ArrayList<>();
    jobs.events(Optional.empty()).subscribe(e -> ids.add(e.id().orElseThrow()));
    for (int i = 0; i < 10; i++) {
      submit(jobs, "job-" + i);
    }
    assertThat(ids).hasSize(11).doesNotHaveDuplicates();
    for (int i = 0; i <= 10; i++) {
      assertThat(now(jobs, Optional.of(ids.get(i))).stream().map(e -> e.id().orElseThrow()))
          .as("after %s", ids.get(i))
          .isEqualTo(ids.subList(i + 1, 11));
    }
  }

  @Test
  void idThatIsNotKnownGetsTheListAgain() {
    submit(jobs, "a");
    String id = now(jobs, Optional.empty()).getFirst().id().orElseThrow();
    JobQueue later = started(1000);
    submit(later, "b");
    for (String unknown : List.of(id, "x", "", ":", "0:9999", id + "0", "0:-1")) {
      assertThat(now(later, Optional.of(unknown)).stream().map(JobEvent::type))
          .as("after '%s'", unknown)
          .containsExactly("jobs");
    }
  }

  @Test
  void whoIsTooFarBehindGetsTheListAgain() {
    submit(jobs, "a");
    StepVerifier.create(jobs.events(Optional.empty()), 1)
        .expectNextMatches(e -> e.type().equals("jobs"))
        .then(() -> {
          for (int i = 0; i < ListFeed.KEPT + 5; i++) {
            jobs.adjust("a", new Adjustment(OptionalInt.of(i % 100), Optional.empty()));
          }
        })
        .thenRequest(10)
        .expectNextMatches(e -> e.type().equals("jobs"))
        .then(() -> jobs.cancel("a"))
        .expectNextMatches(e -> e.type().equals("job"))
        .thenCancel()
        .verify();
  }

  @Test
  void closingEndsTheStreams() {
    submit(jobs, "a");
    StepVerifier.create(jobs.events(Optional.empty()).mergeWith(jobs.events("a", Optional.empty())))
        .expectNextCount(2)
        .then(jobs::close)
        .verifyComplete();
  }
}
