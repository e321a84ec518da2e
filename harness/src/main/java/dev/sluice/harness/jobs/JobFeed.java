package dev.sluice.harness.jobs;

import dev.sluice.harness.jobs.JobRunner.Progress;
import dev.sluice.scorers.PrerequisiteException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/**
 * All that the subscribers of one job share: its state, its durable events, the latest running values
 * and the last warnings. Safe for use by several threads.
 */
final class JobFeed {
  /** Running values go to a client this often at most. */
  static final Duration PROGRESS = Duration.ofMillis(250);

  private static final int MOST_NOTES = 20;

  private final JobRunner runner;
  private final Set<EventClient> clients = ConcurrentHashMap.newKeySet();
  private final Pace pace;
  private final Deque<String> notes = new ArrayDeque<>();
  private long notesEver;
  private volatile Now now;
  private final Object values = new Object();
  private volatile Moving moving = new Moving(0, Optional.empty());
  private @Nullable EventLog running;

  /** Read back, or left by the last turn; held by those who read it. */
  private WeakReference<EventLog> past = new WeakReference<>(null);

  /** A job and how often it has changed. */
  record Now(long version, Job job) {}

  /** Running values and how often they moved. */
  record Moving(long version, Optional<Progress> progress) {}

  JobFeed(Job job, JobRunner runner, Scheduler scheduler) {
    this.now = new Now(0, job);
    this.runner = runner;
    this.pace = new Pace(PROGRESS, scheduler, this::progressDue);
  }

  Set<EventClient> clients() {
    return clients;
  }

  Now now() {
    return now;
  }

  Moving moving() {
    return moving;
  }

  private void signal() {
    clients.forEach(EventClient::signal);
  }

  /** The job has changed; callers take turns. */
  void changed(Job job) {
    now = new Now(now.version() + 1, job);
    signal();
  }

  /** A turn begins: it tells all durable events again, from the first. */
  synchronized EventLog begin() {
    running = new EventLog();
    past.clear();
    return running;
  }

  /**
   * A turn is over.
   *
   * @param whole whether it told all events
   */
  synchronized void end(boolean whole) {
    past = new WeakReference<>(whole ? running : null);
    running = null;
  }

  void durable(EventLog log, JobRunner.Durable event) {
    log.append(event);
    signal();
  }

  void progress(Progress progress) {
    synchronized (values) {
      moving = new Moving(moving.version(), Optional.of(progress));
    }
    pace.moved();
  }

  private void progressDue() {
    synchronized (values) {
      moving = new Moving(moving.version() + 1, moving.progress());
    }
    signal();
  }

  void note(String text) {
    synchronized (notes) {
      notes.addLast(text);
      notesEver++;
      if (notes.size() > MOST_NOTES) {
        notes.removeFirst();
      }
    }
    signal();
  }

  /** How many warnings there were. */
  long notesEver() {
    synchronized (notes) {
      return notesEver;
    }
  }

  /** The warnings after so many, as far as they are kept. */
  List<String> notesAfter(long seen) {
    synchronized (notes) {
      long skip = Math.max(0, notes.size() - (notesEver - seen));
      return notes.stream().skip(skip).toList();
    }
  }

  /** The durable events, read from where they are kept if need be. */
  synchronized EventLog log() {
    EventLog here = running == null ? past.get() : running;
    if (here == null) {
      here = read();
      past = new WeakReference<>(here);
    }
    return here;
  }

  private EventLog read() {
    try {
      return new EventLog(runner.history(now.job()));
    } catch (PrerequisiteException e) {
      note(String.valueOf(e.getMessage()));
      return new EventLog();
    }
  }
}
