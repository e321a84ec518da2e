package dev.sluice.harness.jobs;

import dev.sluice.harness.jobs.Job.State;
import dev.sluice.harness.jobs.JobRunner.Durable;
import dev.sluice.harness.jobs.JobRunner.End;
import dev.sluice.harness.jobs.JobRunner.Progress;
import dev.sluice.harness.jobs.Line.Entry;
import dev.sluice.scorers.PrerequisiteException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread that works on jobs, each until it is done or asked to stop. Nothing ends it but close. */
final class Device {
  private static final Logger LOG = LoggerFactory.getLogger(Device.class);

  /** How long to wait before a job is tried again that the store could not take down. */
  private static final Duration RETRY = Duration.ofSeconds(10);

  private final ReentrantLock lock;
  private final Condition changed;
  private final Line line;
  private final JobRunner runner;
  private final ListFeed feed;
  private final Consumer<Entry> announce;
  private final Thread thread;
  private @Nullable Work work;
  private boolean closing;

  /**
   * @param lock guards the line
   * @param announce tells of a changed job, with the lock held
   */
  Device(ReentrantLock lock, Line line, JobRunner runner, ListFeed feed, Consumer<Entry> announce) {
    this.lock = lock;
    this.changed = lock.newCondition();
    this.line = line;
    this.runner = runner;
    this.feed = feed;
    this.announce = announce;
    this.thread = Thread.ofPlatform().name("device").daemon(true).unstarted(this::run);
  }

  /** A job's turn. */
  private final class Work implements JobRunner.Turn {
    private final Entry entry;
    private final Job job;
    private final EventLog log;
    private volatile boolean stop;

    Work(Entry entry) {
      this.entry = entry;
      this.job = entry.job();
      this.log = entry.feed().begin();
      // Asked for between two turns of the same job.
      this.stop = closing || job.state() != State.RUNNING;
    }

    @Override
    public boolean stop() {
      return stop;
    }

    @Override
    public void durable(Durable event) {
      entry.feed().durable(log, event);
    }

    @Override
    public void advanced() {
      if (entry.starts() > 0) {
        locked(() -> line.advanced(entry));
      }
    }

    @Override
    public void progress(Progress progress) {
      entry.feed().progress(progress);
      feed.progress(progress.brief());
    }

    @Override
    public void note(String text) {
      entry.feed().note(text);
    }
  }

  /**
   * How a turn ended.
   *
   * @param problem why it failed; empty where it did not
   */
  private record Outcome(End end, Optional<String> problem) {}

  void start() {
    thread.start();
  }

  /** The line has changed. With the lock held. */
  void wake() {
    changed.signalAll();
  }

  /** Ask the job that has the device to stop. With the lock held. */
  void stop() {
    if (work != null) {
      work.stop = true;
    }
  }

  /** Stop after the slice in flight; whether that came within the bound. */
  boolean close(Duration bound) {
    locked(() -> {
      closing = true;
      stop();
      wake();
    });
    try {
      return !thread.isAlive() || thread.join(bound);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    Work turn = await();
    while (turn != null) {
      Outcome outcome = work(turn);
      Work same = settle(turn, outcome);
      turn = same == null ? await() : same;
    }
  }

  /** Wait for a job and give it the device; null when the service ends. */
  private @Nullable Work await() {
    lock.lock();
    try {
      while (!closing) {
        Optional<Entry> next = line.next();
        if (next.isPresent() && start(next.get())) {
          return work;
        }
        if (next.isEmpty()) {
          changed.await();
        } else {
          long ignored = changed.awaitNanos(RETRY.toNanos());
        }
      }
      return null;
    } catch (InterruptedException e) {
      // Whoever does that ends the process.
      return null;
    } finally {
      lock.unlock();
    }
  }

  private boolean start(Entry entry) {
    try {
      line.start(entry);
    } catch (PrerequisiteException e) {
      LOG.error("job {} waits, for it cannot be written down: {}", name(entry), e.getMessage());
      return false;
    }
    announce.accept(entry);
    work = new Work(entry);
    thread.setName("device " + entry.job().plan().getOrDefault("device", "cpu"));
    return true;
  }

  // A job may fail in any way, natively or for want of memory: the line goes on.
  private Outcome work(Work turn) {
    boolean whole = false;
    try {
      End end = runner.run(turn.job, turn);
      whole = true;
      return new Outcome(end, Optional.empty());
    } catch (PrerequisiteException e) {
      return new Outcome(End.STOPPED, Optional.of(String.valueOf(e.getMessage())));
    } catch (Throwable e) {
      return new Outcome(End.STOPPED, Optional.of(unexpected(turn, e)));
    } finally {
      turn.entry.feed().end(whole);
    }
  }

  private static String unexpected(Work turn, Throwable e) {
    LOG.error("job {} failed", turn.job.name(), e);
    return "it failed unexpectedly (%s): the log of the service has the stack trace, at %s"
        .formatted(e, Instant.now());
  }

  /** Put the job where it belongs now; its next turn if it goes on at once, else null. */
  private @Nullable Work settle(Work turn, Outcome outcome) {
    lock.lock();
    try {
      work = null;
      Entry entry = turn.entry;
      if (outcome.problem().isPresent()) {
        leave(entry, State.FAILED, outcome.problem());
      } else if (outcome.end() == End.DONE) {
        leave(entry, State.DONE, Optional.empty());
      } else if (entry.job().state() == State.RUNNING && !closing) {
        work = new Work(entry);
      } else {
        stopped(entry);
      }
      return work;
    } finally {
      lock.unlock();
    }
  }

  private void stopped(Entry entry) {
    switch (entry.job().state()) {
      case PAUSING -> leave(entry, State.PAUSED, Optional.empty());
      case CANCELLING -> leave(entry, State.CANCELLED, Optional.empty());
      default -> leave(entry, State.QUEUED, Optional.empty());
    }
  }

  private void leave(Entry entry, State state, Optional<String> problem) {
    try {
      if (state == State.QUEUED) {
        line.interrupt(entry, 0);
      } else {
        line.become(entry, state, problem);
      }
      announce.accept(entry);
    } catch (PrerequisiteException e) {
      LOG.error("job {} is {}, but that cannot be written down", name(entry), state, e);
      line.becomeUnsaved(entry, State.FAILED, problem.orElseGet(() -> "" + e.getMessage()));
      announce.accept(entry);
    }
    forgetEnded();
  }

  private void forgetEnded() {
    try {
      line.forgetEnded(JobQueue.MOST_ENDED);
    } catch (PrerequisiteException e) {
      LOG.warn("ended jobs stay listed: {}", e.getMessage());
    }
  }

  private static String name(Entry entry) {
    return entry.job().name();
  }
}
