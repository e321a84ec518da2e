package dev.sluice.harness.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.harness.jobs.Job.State;
import dev.sluice.harness.jobs.JobRunner.Durable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Durable events while turns begin and end, and subscribers come and go, on real threads. */
@Timeout(120)
class EventRaceTest {
  private static final int EVENTS = 3000;
  private static final int CLIENTS = 8;

  private final Scheduler scheduler = Schedulers.newBoundedElastic(4, 10_000, "race", 60, true);
  private final FakeRunner runner = new FakeRunner();
  private final JobFeed feed = new JobFeed(EventStreamsTest.job(State.QUEUED), runner, scheduler);

  @AfterEach
  void dispose() {
    scheduler.dispose();
  }

  /** Asks for a few events at a time and leaves, perhaps in the middle of them. */
  private static final class Reader extends BaseSubscriber<JobEvent> {
    private final Random random;
    private final List<Integer> ids;
    private final CompletableFuture<Boolean> end = new CompletableFuture<>();
    private int left;

    Reader(Random random, List<Integer> ids) {
      this.random = random;
      this.ids = ids;
      this.left = 1 + random.nextInt(400);
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
      request(1 + random.nextInt(5));
    }

    @Override
    protected void hookOnNext(JobEvent event) {
      event.id().ifPresent(id -> ids.add(Integer.parseInt(id)));
      left--;
      if (left == 0) {
        cancel();
        end.complete(false);
      } else {
        request(1 + random.nextInt(2));
      }
    }

    @Override
    protected void hookOnComplete() {
      end.complete(true);
    }

    @Override
    protected void hookOnError(Throwable error) {
      end.completeExceptionally(error);
    }
  }

  /** Reconnect with the last id until the stream ends; all ids that came. */
  private List<Integer> read(Random random) {
    List<Integer> ids = new ArrayList<>();
    boolean whole = false;
    while (!whole) {
      Optional<String> last = ids.isEmpty() ? Optional.empty() : Optional.of("" + ids.getLast());
      Reader reader = new Reader(random, ids);
      EventClient.stream(
              feed.clients(),
              sink ->
                  new JobClient(
                      sink,
                      scheduler,
                      feed,
                      job -> new JobJson.View(job, OptionalInt.empty(), Optional.empty()),
                      JobClient.placeAfter(last)))
          .subscribe(reader);
      whole = reader.end.join();
    }
    return ids;
  }

  /** Turns of random length, each telling all from the first; some fail before they have. */
  private void write(Random random) {
    List<Durable> journal = new CopyOnWriteArrayList<>();
    runner.journals.put("a", journal);
    while (journal.size() < EVENTS) {
      EventLog log = feed.begin();
      feed.changed(EventStreamsTest.job(State.RUNNING));
      boolean fails = random.nextInt(4) == 0;
      int told = fails ? random.nextInt(journal.size() + 1) : journal.size();
      journal.subList(0, told).forEach(event -> feed.durable(log, event));
      int more = fails ? 0 : Math.min(EVENTS - journal.size(), random.nextInt(400));
      for (int i = 0; i < more; i++) {
        Durable event = FakeRunner.event(journal.size() + 1);
        journal.add(event);
        feed.durable(log, event);
      }
      feed.end(!fails);
      feed.changed(EventStreamsTest.job(State.PAUSED));
    }
    feed.changed(EventStreamsTest.job(State.DONE));
  }

  @Test
  @Timeout(300)
  void noDurableEventIsLostOrDoubled() {
    long seed = System.nanoTime();
    List<CompletableFuture<List<Integer>>> readers =
        IntStream.range(0, CLIENTS)
            .mapToObj(i ->
                CompletableFuture.supplyAsync(
                    () -> read(new Random(seed + i)),
                    task -> Thread.ofPlatform().daemon().start(task)))
            .toList();
    write(new Random(seed));
    List<Integer> all = IntStream.rangeClosed(1, EVENTS).boxed().toList();
    for (CompletableFuture<List<Integer>> reader : readers) {
      assertThat(reader.join()).as("seed %d", seed).isEqualTo(all);
    }
    // A reader knows of the end a little before its client has left.
    while (!feed.clients().isEmpty()) {
      Thread.onSpinWait();
    }
  }
}
