package dev.sluice.harness.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.harness.jobs.Job.State;
import dev.sluice.harness.jobs.JobRunner.Durable;
import dev.sluice.harness.jobs.JobRunner.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/** What a subscriber of one job gets, and what it costs; time stands still unless a test moves it. */
@Timeout(60)
class EventStreamsTest {
  private final VirtualTimeScheduler scheduler = VirtualTimeScheduler.create();
  private final FakeRunner runner = new FakeRunner();
  private final List<Durable> journal = new CopyOnWriteArrayList<>();
  private final JobFeed feed = new JobFeed(job(State.QUEUED), runner, scheduler);
  private final AtomicInteger encoded = new AtomicInteger();

  static Job job(State state) {
    Job.Times times = new Job.Times(Instant.EPOCH, Optional.empty(), Optional.empty());
    return new Job("a", Job.Kind.SWEEP, Map.of("name", "a"), 0, state, times, Optional.empty());
  }

  private Flux<JobEvent> events(Optional<String> after) {
    return EventClient.stream(
        feed.clients(),
        sink ->
            new JobClient(
                sink,
                scheduler,
                feed,
                job -> new JobJson.View(job, OptionalInt.empty(), Optional.empty()),
                JobClient.placeAfter(after)));
  }

  private Durable counted(int number) {
    return new Durable(
        "trials",
        () -> {
          encoded.incrementAndGet();
          return "" + number;
        });
  }

  private Progress values(int number) {
    return new Progress(
        () -> "brief " + number,
        () -> {
          encoded.incrementAndGet();
          return "" + number;
        });
  }

  /** Give the job the device and so many events. */
  private EventLog begin(int events) {
    EventLog log = feed.begin();
    feed.changed(job(State.RUNNING));
    for (int i = 1; i <= events; i++) {
      feed.durable(log, counted(i));
    }
    return log;
  }

  private static List<String> ids(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(Integer::toString).toList();
  }

  @Test
  void nothingIsEncodedForWhoDoesNotAsk() {
    EventLog log = begin(1000);
    StepVerifier.create(events(Optional.empty()), 0)
        .then(() -> feed.durable(log, counted(1001)))
        .then(() -> assertThat(encoded).hasValue(0))
        .thenRequest(3)
        .expectNextMatches(e -> e.type().equals("job") && e.id().isEmpty())
        .expectNextMatches(e -> e.id().equals(Optional.of("1")) && e.data().equals("1"))
        .expectNextMatches(e -> e.id().equals(Optional.of("2")))
        .then(() -> assertThat(encoded).hasValue(2))
        .thenCancel()
        .verify();
    assertThat(feed.clients()).as("a cancel leaves nothing behind").isEmpty();
  }

  @Test
  void slowSubscriberGetsAllThatIsDurableAndOnlyTheLatestOfTheRest() {
    EventLog log = begin(0);
    List<JobEvent> got = new ArrayList<>();
    StepVerifier.create(events(Optional.empty()).doOnNext(got::add), 1)
        .expectNextCount(1)
        .then(() -> {
          for (int i = 1; i <= 5000; i++) {
            feed.progress(values(i));
            scheduler.advanceTimeBy(Duration.ofSeconds(1));
            feed.changed(job(State.RUNNING));
          }
          feed.durable(log, counted(1));
          feed.durable(log, counted(2));
          assertThat(encoded).hasValue(0);
        })
        .thenRequest(100)
        .expectNextCount(4)
        .then(() ->
            assertThat(got.stream().map(JobEvent::type))
                .containsExactly("job", "trials", "trials", "job", "progress"))
        .then(() -> assertThat(got.getLast().data()).isEqualTo("5000"))
        .then(() -> assertThat(got.getLast().skipped()).isEqualTo(4999))
        .then(() -> assertThat(encoded).hasValue(3))
        .thenCancel()
        .verify();
  }

  @Test
  void runningValuesComeFourTimesASecondAndTheLastIsNotLost() {
    begin(0);
    List<String> got = new ArrayList<>();
    events(Optional.empty())
        .filter(e -> e.type().equals("progress"))
        .subscribe(e -> got.add(e.data()));
    for (int i = 1; i <= 1000; i++) {
      feed.progress(values(i));
      scheduler.advanceTimeBy(Duration.ofMillis(1));
    }
    assertThat(got).hasSizeBetween(4, 5).startsWith("1");
    scheduler.advanceTimeBy(Duration.ofSeconds(1));
    assertThat(got).hasSizeLessThanOrEqualTo(6).endsWith("1000");
  }

  @Test
  void streamEndsWithTheJobWhenAllIsTold() {
    EventLog log = begin(2);
    List<String> types = new ArrayList<>();
    StepVerifier.create(events(Optional.empty()).doOnNext(e -> types.add(e.type())))
        .expectNextCount(3)
        .then(() -> {
          feed.durable(log, counted(3));
          feed.note("a row is strange");
          feed.end(true);
          feed.changed(job(State.DONE));
        })
        .expectNextCount(3)
        .verifyComplete();
    assertThat(types).containsExactly("job", "trials", "trials", "trials", "note", "job");
  }

  @Test
  void everyIdOfAJournalGoesOnAfterIt() {
    for (int i = 1; i <= 20; i++) {
      journal.add(counted(i));
    }
    runner.journals.put("a", journal);
    feed.changed(job(State.DONE));
    for (int after = 0; after <= 25; after++) {
      assertThat(idsAfter("" + after)).as("after %d", after).isEqualTo(ids(after + 1, 20));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "-1", "1.5", "99999999999999999999", "k3:7", "1 2"})
  void idThatMeansNothingBeginsWithTheFirst(String id) {
    journal.add(counted(1));
    runner.journals.put("a", journal);
    feed.changed(job(State.CANCELLED));
    assertThat(idsAfter(id)).containsExactly("1");
  }

  private List<String> idsAfter(String id) {
    return events(Optional.of(id))
        .filter(e -> e.id().isPresent())
        .map(e -> e.id().orElseThrow())
        .collectList()
        .blockOptional()
        .orElseThrow();
  }

  @Test
  void journalIsReadOnceForAllWhoReadItAndNotForThoseWhoDoNotAsk() {
    AtomicInteger reads = new AtomicInteger();
    JobRunner counting = new CountingRunner(runner, reads);
    journal.add(counted(1));
    runner.journals.put("a", journal);
    JobFeed ended = new JobFeed(job(State.PAUSED), counting, scheduler);
    List<JobEvent> got = new ArrayList<>();
    Flux<JobEvent> stream =
        EventClient.stream(
            ended.clients(),
            sink ->
                new JobClient(
                    sink,
                    scheduler,
                    ended,
                    job -> new JobJson.View(job, OptionalInt.empty(), Optional.empty()),
                    0));
    var idle =
        stream.subscribeWith(
            new BaseSubscriber<JobEvent>() {
              @Override
              protected void hookOnSubscribe(Subscription subscription) {}
            });
    assertThat(reads).hasValue(0);
    EventLog held = ended.log();
    stream.subscribe(got::add);
    stream.subscribe(got::add);
    assertThat(reads).hasValue(1);
    assertThat(held.size()).isEqualTo(1);
    assertThat(got).hasSize(4);
    idle.dispose();
  }

  /** Counts how often a journal is read. */
  private record CountingRunner(JobRunner runner, AtomicInteger reads) implements JobRunner {
    @Override
    public JobRequest check(JobRequest request) {
      return runner.check(request);
    }

    @Override
    public Map<String, String> withMemory(Map<String, String> plan, String memory) {
      return runner.withMemory(plan, memory);
    }

    @Override
    public End run(Job job, Turn turn) {
      return runner.run(job, turn);
    }

    @Override
    public List<Durable> history(Job job) {
      reads.incrementAndGet();
      return runner.history(job);
    }
  }
}
