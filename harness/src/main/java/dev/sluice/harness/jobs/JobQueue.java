package dev.sluice.harness.jobs;

import dev.sluice.harness.jobs.Job.State;
import dev.sluice.harness.jobs.Line.Entry;
import dev.sluice.scorers.PrerequisiteException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The jobs of one service: a line of them, and one thread that works on the first.
 *
 * <p>At most {@value #MOST_OPEN} jobs may wait or be paused, and of those that have ended {@value
 * #MOST_ENDED} are kept.
 */
public final class JobQueue implements Jobs, AutoCloseable {
  /** Jobs that have not ended; more are refused. */
  public static final int MOST_OPEN = 1000;

  /** Ended jobs that are listed; older ones are forgotten, what they found is not. */
  public static final int MOST_ENDED = 500;

  /** Times in a row that a job may take the service down before it fails. */
  public static final int MOST_STARTS = 3;

  /** How long {@link #close()} waits for the slice in flight. */
  public static final Duration CLOSING = Duration.ofSeconds(30);

  static final int MOST_PRIORITY = 100;

  private static final Logger LOG = LoggerFactory.getLogger(JobQueue.class);
  private static final int STREAM_THREADS = 4;
  private static final int STREAM_TASKS = 100_000;
  private static final int THREAD_SECONDS = 60;

  private final JobStore store;
  private final JobRunner runner;
  private final Scheduler scheduler;
  private final ListFeed feed;
  private final ReentrantLock lock = new ReentrantLock();
  private final Line line;
  private final Device device;
  private boolean closing;

  /** Take over the store and go on with what is in it; starts the device's thread. */
  public static JobQueue open(JobStore store, JobRunner runner) {
    Scheduler scheduler =
        Schedulers.newBoundedElastic(
            STREAM_THREADS, STREAM_TASKS, "job-events", THREAD_SECONDS, true);
    JobQueue queue = new JobQueue(store, runner, scheduler, Clock.systemUTC());
    queue.start();
    return queue;
  }

  JobQueue(JobStore store, JobRunner runner, Scheduler scheduler, Clock clock) {
    this.store = store;
    this.runner = runner;
    this.scheduler = scheduler;
    this.feed = new ListFeed(Long.toString(clock.millis(), 36), scheduler);
    this.line = new Line(store, clock, job -> new JobFeed(job, runner, scheduler));
    line.recover(MOST_STARTS);
    line.forgetEnded(MOST_ENDED);
    this.device = new Device(lock, line, runner, feed, this::announce);
  }

  void start() {
    device.start();
  }

  @Override
  public Job submit(JobRequest request) {
    requirePriority(request.priority());
    JobRequest checked = runner.check(request);
    String name = checked.plan().getOrDefault("name", "");
    lock.lock();
    try {
      requireOpen();
      line.find(name).ifPresent(JobQueue::refuseTaken);
      requireRoom();
      Entry entry = line.add(checked, name);
      announce(entry);
      return entry.job();
    } finally {
      lock.unlock();
    }
  }

  private static void requirePriority(int priority) {
    if (Math.abs(priority) > MOST_PRIORITY) {
      throw new PrerequisiteException(
          "priority " + priority + ": must be from -" + MOST_PRIORITY + " to " + MOST_PRIORITY);
    }
  }

  private static void refuseTaken(Entry entry) {
    throw new JobConflictException(
        "there is a job '%s' already, it is %s: give this one another name, or resume that one"
            .formatted(entry.job().name(), word(entry.job().state())));
  }

  private void requireOpen() {
    if (closing) {
      throw new JobConflictException("the service is stopping: try again when it is back");
    }
  }

  private void requireRoom() {
    Map<State, Integer> counts = line.counts();
    int open =
        counts.entrySet().stream()
            .filter(e -> !e.getKey().ended())
            .mapToInt(Map.Entry::getValue)
            .sum();
    if (open >= MOST_OPEN) {
      throw new JobConflictException(
          "%d jobs wait already, more than that are not taken: cancel some, or wait"
              .formatted(open));
    }
  }

  @Override
  public List<Job> list() {
    lock.lock();
    try {
      return line.list().stream().map(Entry::job).toList();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Job get(String name) {
    lock.lock();
    try {
      return entry(name).job();
    } finally {
      lock.unlock();
    }
  }

  private Entry entry(String name) {
    return line.find(name)
        .orElseThrow(() ->
            new NoSuchJobException(
                "no job '" + name + "': the list of jobs shows those there are"));
  }

  @Override
  public Optional<String> progress(String name) {
    lock.lock();
    try {
      return brief(entry(name));
    } finally {
      lock.unlock();
    }
  }

  private static Optional<String> brief(Entry entry) {
    return entry.feed().moving().progress().map(p -> p.brief().get());
  }

  /** How many jobs are in each state. */
  public Map<State, Integer> counts() {
    lock.lock();
    try {
      return line.counts();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Job pause(String name) {
    return change(
        name,
        entry -> {
          switch (entry.job().state()) {
            case QUEUED -> line.become(entry, State.PAUSED, Optional.empty());
            case RUNNING -> stop(entry, State.PAUSING);
            case PAUSING, PAUSED -> {
              // It is as asked already.
            }
            case CANCELLING, CANCELLED, DONE, FAILED ->
                throw conflict(entry, "only a job that has not ended can be paused");
          }
        });
  }

  @Override
  public Job resume(String name) {
    return change(
        name,
        entry -> {
          switch (entry.job().state()) {
            case PAUSED -> line.become(entry, State.QUEUED, Optional.empty());
            case CANCELLED, FAILED -> {
              requireRoom();
              line.become(entry, State.QUEUED, Optional.empty());
            }
            case PAUSING -> line.become(entry, State.RUNNING, Optional.empty());
            case QUEUED, RUNNING, CANCELLING, DONE ->
                throw conflict(
                    entry, "only a job that is paused, cancelled or has failed can be resumed");
          }
        });
  }

  @Override
  public Job cancel(String name) {
    return change(
        name,
        entry -> {
          switch (entry.job().state()) {
            case QUEUED, PAUSED -> {
              line.become(entry, State.CANCELLED, Optional.empty());
              line.forgetEnded(MOST_ENDED);
            }
            case RUNNING, PAUSING -> stop(entry, State.CANCELLING);
            case CANCELLING -> {
              // It is as asked already.
            }
            case CANCELLED, DONE, FAILED ->
                throw conflict(entry, "only a job that has not ended can be cancelled");
          }
        });
  }

  @Override
  public Job adjust(String name, Adjustment adjustment) {
    adjustment.priority().ifPresent(JobQueue::requirePriority);
    return change(
        name,
        entry -> {
          Job job = entry.job();
          if (job.state().ended() || job.state() == State.CANCELLING) {
            throw conflict(entry, "only a job that has not ended can be changed");
          }
          Map<String, String> plan =
              adjustment.memory().map(m -> runner.withMemory(job.plan(), m)).orElse(job.plan());
          line.adjust(entry, adjustment.priority().orElse(job.priority()), plan);
          if (!plan.equals(job.plan()) && job.state() == State.RUNNING) {
            device.stop();
          }
        });
  }

  private interface Change {
    void of(Entry entry);
  }

  private Job change(String name, Change change) {
    lock.lock();
    try {
      requireOpen();
      Entry entry = entry(name);
      Job before = entry.job();
      change.of(entry);
      if (!entry.job().equals(before)) {
        announce(entry);
      }
      return entry.job();
    } finally {
      lock.unlock();
    }
  }

  private void stop(Entry entry, State state) {
    line.become(entry, state, Optional.empty());
    device.stop();
  }

  private static JobConflictException conflict(Entry entry, String rule) {
    return new JobConflictException(
        "job '" + entry.job().name() + "' is " + word(entry.job().state()) + ": " + rule);
  }

  private static String word(State state) {
    return switch (state) {
      case QUEUED -> "in line";
      case PAUSING -> "being paused";
      case CANCELLING -> "being cancelled";
      case FAILED -> "failed";
      case RUNNING, PAUSED, CANCELLED, DONE -> state.name().toLowerCase(Locale.ROOT);
    };
  }

  private void announce(Entry entry) {
    feed.changed(view(entry));
    device.wake();
  }

  private JobJson.View view(Entry entry) {
    return new JobJson.View(
        entry.job(),
        entry.job().state() == State.QUEUED ? line.place(entry.job().name()) : OptionalInt.empty(),
        brief(entry));
  }

  @Override
  public Flux<JobEvent> events(String name, Optional<String> after) {
    JobFeed of;
    lock.lock();
    try {
      of = entry(name).feed();
    } finally {
      lock.unlock();
    }
    int place = JobClient.placeAfter(after);
    return EventClient.stream(
        of.clients(), sink -> new JobClient(sink, scheduler, of, this::view, place));
  }

  private JobJson.View view(Job job) {
    lock.lock();
    try {
      OptionalInt place =
          job.state() == State.QUEUED ? line.place(job.name()) : OptionalInt.empty();
      return new JobJson.View(job, place, line.find(job.name()).flatMap(JobQueue::brief));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Flux<JobEvent> events(Optional<String> after) {
    return EventClient.stream(
        feed.clients(),
        sink -> new ListClient(sink, scheduler, feed, this::listing, feed.number(after)));
  }

  private ListClient.Listing listing() {
    lock.lock();
    try {
      List<Entry> all = line.list();
      List<JobJson.View> first = all.stream().limit(JobJson.MOST_LISTED).map(this::view).toList();
      return new ListClient.Listing(feed.last(), () -> JobJson.of(first, all.size()));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    boolean ignored = close(CLOSING);
  }

  /**
   * End the service: the job that has the device stops after its slice and is the first in line at the
   * next start; streams end.
   *
   * @return whether the slice ended in time; if not, the next start finds the job as after a kill
   */
  public boolean close(Duration bound) {
    lock.lock();
    try {
      if (closing) {
        return true;
      }
      closing = true;
    } finally {
      lock.unlock();
    }
    boolean ended = device.close(bound);
    feed.clients().forEach(EventClient::complete);
    lock.lock();
    try {
      line.list().forEach(e -> e.feed().clients().forEach(EventClient::complete));
      if (ended) {
        store.close();
      } else {
        LOG.warn("the slice in flight did not end within {} s", bound.toSeconds());
      }
    } finally {
      lock.unlock();
    }
    scheduler.dispose();
    return ended;
  }
}
