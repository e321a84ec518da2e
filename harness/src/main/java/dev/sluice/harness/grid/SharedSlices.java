package dev.sluice.harness.grid;

import dev.sluice.harness.sweep.Cost;
import dev.sluice.harness.sweep.Progress;
import dev.sluice.harness.sweep.ScoringTask;
import dev.sluice.harness.sweep.SliceRunner;
import dev.sluice.harness.sweep.SweepEvent.GradientsTaken;
import dev.sluice.harness.sweep.SweepEvent.Profiled;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Variant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where several sweeps on one calibration set meet: once each of them waits for scores, all variants
 * that they ask for are evaluated in one wavefront, each once, and none that any sweep has asked for
 * before. Each is charged its part of the wavefronts that ran its variants, as if it had asked alone:
 * the sweeps' costs sum to more than was spent.
 *
 * <p>Each sweep runs on a thread of its own, from its {@link #seat}; {@link #serve} runs on the thread
 * that owns the evaluator, until every seat is left.
 */
final class SharedSlices {
  private record Scored(Variant variant, int rows) {}

  /**
   * @param cost its part of what the wavefront cost that it was run in
   */
  private record Known(Trial trial, Cost cost) {}

  private final SliceRunner slices;
  private final Map<Scored, Known> known = new HashMap<>();
  private final List<Seat> seats = new ArrayList<>();
  private Optional<Profiled> profiled = Optional.empty();
  private Optional<GradientsTaken> gradients = Optional.empty();

  /**
   * @param slices runs what has not been run; used by the serving thread alone
   */
  SharedSlices(SliceRunner slices) {
    this.slices = slices;
  }

  /** A trial that a journal holds. */
  void know(Trial trial, int rows) {
    if (trial.outcome() == Trial.Outcome.SCORED) {
      Cost cost = new Cost(trial.seconds(), 0, 0, 0, 0);
      known.putIfAbsent(new Scored(trial.variant(), rows), new Known(trial, cost));
    }
  }

  /** A profile that a journal holds. */
  void know(Profiled profile) {
    profiled = Optional.of(profile);
  }

  /** Gradients that a journal holds. */
  void know(GradientsTaken taken) {
    gradients = Optional.of(taken);
  }

  /** Variants that were run, or that a journal held. */
  synchronized int variants() {
    return known.size();
  }

  /** A place for one more sweep; whoever takes it must close it. Before {@link #serve}. */
  synchronized Seat seat() {
    Seat seat = new Seat();
    seats.add(seat);
    return seat;
  }

  /** Evaluate what is asked for until every seat is left. */
  void serve() throws InterruptedException {
    for (List<Seat> waiting = gathered(); !waiting.isEmpty(); waiting = gathered()) {
      try {
        answer(waiting);
      } catch (RuntimeException | Error e) {
        waiting.forEach(seat -> seat.failed(e));
        throw e;
      }
    }
  }

  /** The seats once all that are taken wait; none once all are left. */
  private synchronized List<Seat> gathered() throws InterruptedException {
    while (!seats.stream().allMatch(Seat::waits)) {
      wait();
    }
    return List.copyOf(seats);
  }

  private void answer(List<Seat> waiting) {
    if (profiled.isEmpty() && waiting.stream().anyMatch(s -> s.asked().what() == What.PROFILE)) {
      profiled = Optional.of(slices.profile());
    }
    if (gradients.isEmpty() && waiting.stream().anyMatch(s -> s.asked().what() == What.GRADIENTS)) {
      gradients = Optional.of(slices.gradients());
    }
    Map<Integer, Set<Variant>> missing = new TreeMap<>();
    for (Seat seat : waiting) {
      seat.asked().variants().stream()
          .filter(v -> !known.containsKey(new Scored(v, seat.asked().rows())))
          .forEach(
              v -> missing.computeIfAbsent(seat.asked().rows(), r -> new LinkedHashSet<>()).add(v));
    }
    missing.forEach((rows, variants) -> run(rows, List.copyOf(variants)));
    for (Seat seat : waiting) {
      switch (seat.asked().what()) {
        case SCORES -> seat.scored(trials(seat.asked()), seat.cost());
        case PROFILE, GRADIENTS -> seat.answered();
      }
    }
  }

  /** Run variants together. */
  private void run(int rows, List<Variant> variants) {
    List<Candidate> candidates = variants.stream().map(v -> Candidate.ofAll(v.cuts())).toList();
    ScoringTask all =
        new ScoringTask(1, ScoringTask.Kind.SURVEY, Variant.intact(), candidates, rows);
    slices.begin(all);
    SliceRunner.Slice slice = slices.run(all, candidates, OptionalDouble.empty(), p -> {});
    synchronized (this) {
      for (int place = 0; place < variants.size(); place++) {
        Trial trial = slice.trials().get(place);
        known.put(
            new Scored(trial.variant(), rows),
            new Known(trial, share(slice.cost(), variants.size(), place)));
      }
    }
  }

  /** A variant's part of what all cost together; the parts sum to the whole. */
  private static Cost share(Cost cost, int parts, int place) {
    return new Cost(
        cost.seconds() / parts,
        part(cost.sublayerPasses(), parts, place),
        part(cost.naiveSublayerPasses(), parts, place),
        part(cost.tokens(), parts, place),
        cost.peakResidentBytes());
  }

  private static long part(long whole, int parts, int place) {
    return whole * (place + 1) / parts - whole * place / parts;
  }

  private List<Trial> trials(Asked asked) {
    List<Trial> trials = new ArrayList<>();
    for (Candidate candidate : asked.slice()) {
      ScoringTask task = asked.task().orElseThrow();
      Trial trial = known(task.variant(candidate), task.rows()).trial();
      trials.add(
          new Trial(
              task.number(),
              candidate,
              trial.variant(),
              trial.outcome(),
              trial.scores(),
              trial.seconds()));
    }
    return trials;
  }

  private Known known(Variant variant, int rows) {
    Known one = known.get(new Scored(variant, rows));
    if (one == null) {
      throw new IllegalStateException("no trial of " + variant);
    }
    return one;
  }

  private enum What {
    SCORES,
    PROFILE,
    GRADIENTS
  }

  /**
   * What a sweep waits for.
   *
   * @param task empty but for scores
   */
  private record Asked(What what, Optional<ScoringTask> task, List<Candidate> slice) {
    int rows() {
      return task.map(ScoringTask::rows).orElse(0);
    }

    List<Variant> variants() {
      return task.map(t -> slice.stream().map(t::variant).toList()).orElse(List.of());
    }
  }

  /** One sweep's place. Used by that sweep's thread; closed when it ends. */
  final class Seat implements SliceRunner, AutoCloseable {
    private @Nullable Asked asked;
    private @Nullable Slice slice;
    private @Nullable Throwable failure;
    private final Set<Scored> charged = new HashSet<>();

    private Seat() {}

    @Override
    public void begin(ScoringTask task) {}

    @Override
    public Slice run(
        ScoringTask task,
        List<Candidate> candidates,
        OptionalDouble toBeat,
        Consumer<Progress> progress) {
      synchronized (SharedSlices.this) {
        ask(new Asked(What.SCORES, Optional.of(task), candidates));
        if (slice == null) {
          throw new IllegalStateException("no answer");
        }
        return slice;
      }
    }

    @Override
    public Profiled profile() {
      synchronized (SharedSlices.this) {
        ask(new Asked(What.PROFILE, Optional.empty(), List.of()));
        return profiled.orElseThrow();
      }
    }

    @Override
    public GradientsTaken gradients() {
      synchronized (SharedSlices.this) {
        ask(new Asked(What.GRADIENTS, Optional.empty(), List.of()));
        return gradients.orElseThrow();
      }
    }

    private void ask(Asked what) {
      asked = what;
      SharedSlices.this.notifyAll();
      while (asked != null && failure == null) {
        try {
          SharedSlices.this.wait();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException("interrupted while it waited for scores", e);
        }
      }
      if (failure != null) {
        throw new IllegalStateException("the scores that it waited for failed", failure);
      }
    }

    private boolean waits() {
      return asked != null;
    }

    private Asked asked() {
      if (asked == null) {
        throw new IllegalStateException("asks for nothing");
      }
      return asked;
    }

    private void scored(List<Trial> trials, Cost cost) {
      synchronized (SharedSlices.this) {
        slice = new Slice(trials, cost);
        answered();
      }
    }

    /** What the variants asked for cost, each once, whoever else asked for them too. */
    private Cost cost() {
      Cost sum = Cost.NONE;
      for (Variant variant : asked().variants()) {
        if (charged.add(new Scored(variant, asked().rows()))) {
          sum = sum.plus(known(variant, asked().rows()).cost());
        }
      }
      return sum;
    }

    private void answered() {
      synchronized (SharedSlices.this) {
        asked = null;
        SharedSlices.this.notifyAll();
      }
    }

    private void failed(Throwable cause) {
      synchronized (SharedSlices.this) {
        failure = cause;
        SharedSlices.this.notifyAll();
      }
    }

    /** The sweep has ended: nobody waits for it any more. */
    @Override
    public void close() {
      synchronized (SharedSlices.this) {
        seats.remove(this);
        SharedSlices.this.notifyAll();
      }
    }
  }
}
