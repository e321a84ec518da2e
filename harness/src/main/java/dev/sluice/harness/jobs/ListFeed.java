package dev.sluice.harness.jobs;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/**
 * All that the subscribers of the list share: the last changes of jobs, numbered, and the latest running
 * values. Safe for use by several threads.
 */
final class ListFeed {
  /** Changes that are kept: a client that is further behind gets the list again. */
  static final int KEPT = 1024;

  /** Running values go to a client this often at most. */
  static final Duration PROGRESS = Duration.ofMillis(500);

  private final String epoch;
  private final Set<EventClient> clients = ConcurrentHashMap.newKeySet();
  private final Pace pace;
  private final JobJson.View[] ring = new JobJson.View[KEPT];
  private long last;
  private long moved;
  private @Nullable Supplier<String> progress;

  /**
   * @param epoch names this run of the service: numbers of another one mean nothing here
   */
  ListFeed(String epoch, Scheduler scheduler) {
    this.epoch = epoch;
    this.pace = new Pace(PROGRESS, scheduler, this::progressDue);
  }

  Set<EventClient> clients() {
    return clients;
  }

  /** A job has changed. */
  void changed(JobJson.View view) {
    synchronized (this) {
      last++;
      ring[(int) (last % KEPT)] = view;
    }
    clients.forEach(EventClient::signal);
  }

  /** Running values of the job that has the device moved. */
  void progress(Supplier<String> brief) {
    synchronized (this) {
      progress = brief;
    }
    pace.moved();
  }

  private void progressDue() {
    synchronized (this) {
      moved++;
    }
    clients.forEach(EventClient::signal);
  }

  /** The number of the last change. */
  synchronized long last() {
    return last;
  }

  /** A change by its number; empty where it is not kept any more or has not come yet. */
  synchronized Optional<JobJson.View> change(long number) {
    return number > last || number <= last - KEPT || number < 1
        ? Optional.empty()
        : Optional.of(ring[(int) (number % KEPT)]);
  }

  synchronized long moved() {
    return moved;
  }

  synchronized Optional<Supplier<String>> progress() {
    return Optional.ofNullable(progress);
  }

  String id(long number) {
    return epoch + ":" + number;
  }

  /** The number in an id; -1 where it means nothing here. */
  long number(Optional<String> id) {
    return id.filter(text -> text.matches(epoch + ":[0-9]{1,18}"))
        .map(text -> Long.parseLong(text.substring(epoch.length() + 1)))
        .filter(number -> number <= last())
        .orElse(-1L);
  }
}
