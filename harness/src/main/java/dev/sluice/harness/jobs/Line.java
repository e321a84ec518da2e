package dev.sluice.harness.jobs;

import dev.sluice.harness.jobs.Job.State;
import dev.sluice.harness.jobs.JobStore.Kept;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * All jobs and their order. What changes is in the store before it is here. Not safe for use by several
 * threads at once.
 */
final class Line {
  /** Those that were interrupted, then the higher priority, then who came first. */
  private static final Comparator<Entry> ORDER =
      Comparator.comparing((Entry e) -> !e.kept.interrupted())
          .thenComparing(e -> -e.job().priority())
          .thenComparing(e -> e.kept.order());

  private static final Comparator<Entry> LATEST =
      Comparator.comparing((Entry e) -> e.kept.order()).reversed();

  private final JobStore store;
  private final Clock clock;
  private final Function<Job, JobFeed> feeds;
  private final Map<String, Entry> entries = new HashMap<>();
  private long lastOrder;

  /** A job with its feed. */
  static final class Entry {
    private Kept kept;
    private final JobFeed feed;

    private Entry(Kept kept, JobFeed feed) {
      this.kept = kept;
      this.feed = feed;
    }

    Job job() {
      return kept.job();
    }

    int starts() {
      return kept.starts();
    }

    JobFeed feed() {
      return feed;
    }

    private boolean is(State state) {
      return job().state() == state;
    }
  }

  Line(JobStore store, Clock clock, Function<Job, JobFeed> feeds) {
    this.store = store;
    this.clock = clock;
    this.feeds = feeds;
    for (Kept kept : store.load()) {
      entries.put(kept.job().name(), new Entry(kept, feeds.apply(kept.job())));
      lastOrder = Math.max(lastOrder, kept.order());
    }
  }

  /** What the end of the last process has left on the device goes where it belongs. */
  void recover(int mostStarts) {
    for (Entry entry : sorted(e -> e.job().state().onDevice(), ORDER)) {
      switch (entry.job().state()) {
        case PAUSING -> become(entry, State.PAUSED, Optional.empty());
        case CANCELLING -> become(entry, State.CANCELLED, Optional.empty());
        default -> {
          if (entry.starts() < mostStarts) {
            interrupt(entry, entry.starts());
          } else {
            String problem =
                "the service ended %d times while this job had the device, and nothing was done in between: look at its memory budget, then resume it"
                    .formatted(entry.starts());
            become(entry, State.FAILED, Optional.of(problem));
          }
        }
      }
    }
  }

  Optional<Entry> find(String name) {
    return Optional.ofNullable(entries.get(name));
  }

  /** Put a new job in line. */
  Entry add(JobRequest request, String name) {
    Job.Times times = new Job.Times(now(), Optional.empty(), Optional.empty());
    Job job =
        new Job(
            name,
            request.kind(),
            request.plan(),
            request.priority(),
            State.QUEUED,
            times,
            Optional.empty());
    Kept kept = new Kept(job, lastOrder + 1, false, 0);
    store.save(kept);
    lastOrder++;
    Entry entry = new Entry(kept, feeds.apply(job));
    entries.put(name, entry);
    return entry;
  }

  /** Forget ended jobs, the oldest first, until so many are left. */
  void forgetEnded(int most) {
    sorted(e -> e.job().state().ended(), LATEST).stream()
        .skip(most)
        .forEach(entry -> {
          store.remove(entry.job().name());
          entries.remove(entry.job().name());
        });
  }

  /** The job that gets the device next. */
  Optional<Entry> next() {
    return entries.values().stream().filter(e -> e.is(State.QUEUED)).min(ORDER);
  }

  /** Give a job the device. */
  void start(Entry entry) {
    Job job = entry.job();
    Job.Times times = new Job.Times(job.times().created(), Optional.of(now()), Optional.empty());
    save(
        entry,
        new Kept(
            with(job, State.RUNNING, times, Optional.empty()),
            entry.kept.order(),
            false,
            entry.kept.starts() + 1));
  }

  /** Nothing that its next start could repeat is left. */
  void advanced(Entry entry) {
    Kept kept = entry.kept;
    Kept saved = new Kept(kept.job(), kept.order(), kept.interrupted(), 0);
    store.save(saved);
    entry.kept = saved;
  }

  /**
   * Take the device from a job that is to have it again first.
   *
   * @param starts that it has had in vain
   */
  void interrupt(Entry entry, int starts) {
    Kept kept = entry.kept;
    Job job = with(kept.job(), State.QUEUED, kept.job().times(), Optional.empty());
    save(entry, new Kept(job, kept.order(), true, starts));
  }

  /** Go to a state; who changes between waiting, being in line and having ended goes to its end. */
  void become(Entry entry, State state, Optional<String> problem) {
    Job job = entry.job();
    Optional<Instant> ended = state.ended() ? Optional.of(now()) : Optional.empty();
    Job.Times times = new Job.Times(job.times().created(), job.times().started(), ended);
    boolean moves = !state.onDevice();
    long order = moves ? lastOrder + 1 : entry.kept.order();
    save(
        entry,
        new Kept(with(job, state, times, problem), order, false, moves ? 0 : entry.kept.starts()));
    lastOrder = Math.max(lastOrder, order);
  }

  /** As {@link #become} where the store cannot be written: it holds until the service ends. */
  void becomeUnsaved(Entry entry, State state, String problem) {
    Job job = entry.job();
    Job.Times times =
        new Job.Times(job.times().created(), job.times().started(), Optional.of(now()));
    entry.kept =
        new Kept(with(job, state, times, Optional.of(problem)), entry.kept.order(), false, 0);
    entry.feed.changed(entry.job());
  }

  /** Change what is asked for; the state stays. */
  void adjust(Entry entry, int priority, Map<String, String> plan) {
    Kept kept = entry.kept;
    Job job = kept.job();
    Job changed =
        new Job(job.name(), job.kind(), plan, priority, job.state(), job.times(), job.problem());
    store.save(new Kept(changed, kept.order(), kept.interrupted(), kept.starts()));
    entry.kept = new Kept(changed, kept.order(), kept.interrupted(), kept.starts());
    entry.feed.changed(changed);
  }

  private void save(Entry entry, Kept kept) {
    State from = entry.job().state();
    State to = kept.job().state();
    if (!from.next().contains(to)) {
      throw new IllegalStateException(entry.job().name() + ": from " + from + " to " + to);
    }
    store.save(kept);
    entry.kept = kept;
    entry.feed.changed(kept.job());
  }

  private static Job with(Job job, State state, Job.Times times, Optional<String> problem) {
    return new Job(job.name(), job.kind(), job.plan(), job.priority(), state, times, problem);
  }

  /** Those on the device, those in line in their order, then the others, the latest first. */
  List<Entry> list() {
    return Stream.of(
            sorted(e -> e.job().state().onDevice(), ORDER),
            sorted(e -> e.is(State.QUEUED), ORDER),
            sorted(e -> e.is(State.PAUSED) || e.job().state().ended(), LATEST))
        .flatMap(List::stream)
        .toList();
  }

  /** From 1; empty for a job that does not wait. */
  OptionalInt place(String name) {
    List<Entry> waiting = sorted(e -> e.is(State.QUEUED), ORDER);
    return IntStream.range(0, waiting.size())
        .filter(i -> waiting.get(i).job().name().equals(name))
        .map(i -> i + 1)
        .findFirst();
  }

  Map<State, Integer> counts() {
    Map<State, Integer> counts = new EnumMap<>(State.class);
    for (State state : State.values()) {
      counts.put(state, 0);
    }
    entries.values().forEach(e -> counts.merge(e.job().state(), 1, Integer::sum));
    return counts;
  }

  private List<Entry> sorted(Predicate<Entry> which, Comparator<Entry> order) {
    return new ArrayList<>(entries.values()).stream().filter(which).sorted(order).toList();
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
