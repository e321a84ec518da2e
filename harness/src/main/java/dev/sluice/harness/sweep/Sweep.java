package dev.sluice.harness.sweep;

import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.sweep.SliceRunner.Slice;
import dev.sluice.harness.sweep.SliceRunner.StepPlan;
import dev.sluice.harness.sweep.SweepEvent.StepCommitted;
import dev.sluice.harness.sweep.SweepEvent.SweepFinished;
import dev.sluice.harness.sweep.SweepEvent.SweepFinished.Reason;
import dev.sluice.harness.sweep.SweepEvent.SweepStarted;
import dev.sluice.harness.sweep.SweepEvent.TrialsScored;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Reductions;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Direction;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.PrerequisiteException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import java.util.stream.DoubleStream;

/**
 * The loop that joins strategy, evaluation and journal: ask, score what the journal does not hold,
 * append, tell, commit.
 *
 * <p>Whatever the strategy learns went through the journal first, so a sweep that is run again on its
 * journal takes the same decisions from the same numbers and scores only what is missing. Runs on
 * the caller's thread.
 */
public final class Sweep {

  /** How a run of the loop ended. */
  public enum End {
    /** The sweep is done. */
    FINISHED,
    /** It was asked to stop after a slice; running it again continues. */
    STOPPED
  }

  private final SweepStarted start;
  private final Journal journal;
  private final Strategy strategy;
  private final SliceRunner slices;
  private final Reductions reductions;
  private final List<SweepListener> listeners;

  private final Map<Integer, Map<Candidate, Trial>> known = new HashMap<>();
  private final Map<Integer, Step> committed = new HashMap<>();
  private Variant cut = Variant.intact();

  /**
   * The collaborators of a sweep.
   *
   * @param strategy fresh: it is rebuilt from the journal
   * @param reductions of the model
   */
  public record Parts(
      Journal journal,
      Strategy strategy,
      SliceRunner slices,
      Reductions reductions,
      List<SweepListener> listeners) {
    public Parts {
      listeners = List.copyOf(listeners);
    }
  }

  public Sweep(SweepPlan plan, Provenance provenance, Parts parts) {
    this.start = new SweepStarted(plan, provenance);
    this.journal = parts.journal();
    this.strategy = parts.strategy();
    this.slices = parts.slices();
    this.reductions = parts.reductions();
    this.listeners = parts.listeners();
  }

  /**
   * Start or continue the sweep until it is finished or asked to stop.
   *
   * @param stop asked after every slice
   * @throws PrerequisiteException if the journal belongs to another plan or model, or if no candidate
   *     of a step has a score
   */
  public End run(BooleanSupplier stop) {
    if (replay()) {
      return End.FINISHED;
    }
    for (int number = 1; ; number++) {
      List<Candidate> candidates = strategy.ask();
      Optional<Reason> reason = reasonToEnd(candidates);
      if (reason.isPresent()) {
        return finish(reason.get());
      }
      StepPlan step = new StepPlan(number, cut, candidates);
      listeners.forEach(l -> l.stepStarted(step.number(), candidates));
      if (!score(step, stop)) {
        return End.STOPPED;
      }
      Step decided = decide(step);
      if (crossesBound(decided)) {
        return finish(Reason.DIVERGENCE_BOUND);
      }
      commit(decided);
    }
  }

  /** Take in what the journal holds; whether the sweep is finished. */
  private boolean replay() {
    List<SweepEvent> past = journal.replay();
    if (past.isEmpty()) {
      requireRoomForOneCut();
      append(start);
      return false;
    }
    boolean finished = false;
    for (SweepEvent event : past) {
      switch (event) {
        case SweepStarted started -> PlanDifferences.requireSame(started, start);
        case TrialsScored scored -> scored.trials().forEach(this::remember);
        case StepCommitted step -> committed.put(step.step().number(), step.step());
        case SweepFinished ignored -> finished = true;
      }
      listeners.forEach(l -> l.on(event, true));
    }
    return finished;
  }

  private void remember(Trial trial) {
    known.computeIfAbsent(trial.step(), s -> new HashMap<>()).put(trial.candidate(), trial);
  }

  private void append(SweepEvent event) {
    journal.append(event);
    listeners.forEach(l -> l.on(event, false));
  }

  private Optional<Reason> reasonToEnd(List<Candidate> candidates) {
    if (candidates.isEmpty()) {
      return Optional.of(Reason.EXHAUSTED);
    }
    SweepPlan.Until until = start.plan().search().until();
    int next =
        cut.cuts().size()
            + candidates.stream().mapToInt(c -> c.sublayers().size()).min().getAsInt();
    int total = start.provenance().config().sublayers();
    OptionalDouble share = until.sublayers();
    OptionalDouble parameters = until.parameters();
    boolean enoughSublayers = share.isPresent() && next > sublayers(share.getAsDouble(), total);
    boolean enoughParameters =
        parameters.isPresent() && reductions.of(cut).parameters() >= parameters.getAsDouble();
    boolean reached = enoughSublayers || enoughParameters;
    return reached ? Optional.of(Reason.RATIO_REACHED) : Optional.empty();
  }

  private void requireRoomForOneCut() {
    OptionalDouble share = start.plan().search().until().sublayers();
    int total = start.provenance().config().sublayers();
    int least = strategy.ask().stream().mapToInt(c -> c.sublayers().size()).min().orElse(0);
    if (share.isPresent() && least > sublayers(share.getAsDouble(), total)) {
      throw new PrerequisiteException(
          "until "
              + share.getAsDouble()
              + ": less than one cut, for a candidate has "
              + least
              + " of "
              + total
              + " sublayers. Raise it to "
              + roundedUp(least, total)
              + " or more");
    }
  }

  private static String roundedUp(int part, int total) {
    return new BigDecimal(part).divide(new BigDecimal(total), 4, RoundingMode.UP).toPlainString();
  }

  /** {@code floor(share * total)}, unharmed by shares such as 0.29 that have no exact binary form. */
  private static int sublayers(double share, int total) {
    return (int) Math.floor(share * total + 1e-9);
  }

  /** Score what is missing of a step; false if asked to stop before it was complete. */
  private boolean score(StepPlan step, BooleanSupplier stop) {
    boolean begun = false;
    for (List<Candidate> slice : missing(step)) {
      if (stop.getAsBoolean()) {
        return false;
      }
      if (!begun) {
        slices.begin(step);
        begun = true;
      }
      Slice scored =
          slices.run(step, slice, best(step.number()), p -> listeners.forEach(l -> l.progress(p)));
      append(new TrialsScored(scored.trials(), scored.cost()));
      scored.trials().forEach(this::remember);
    }
    return true;
  }

  /**
   * The missing candidates in slices, in the order of execution so that neighbours share most. The
   * bounds of slices do not depend on what is missing: a race is decided within a slice.
   */
  private List<List<Candidate>> missing(StepPlan step) {
    List<Candidate> ordered =
        step.candidates().stream()
            .sorted(Comparator.comparing((Candidate c) -> c.sublayers().getFirst()))
            .toList();
    Map<Candidate, Trial> scored = known.getOrDefault(step.number(), Map.of());
    int size = start.plan().execution().slice();
    List<List<Candidate>> missing = new ArrayList<>();
    for (int from = 0; from < ordered.size(); from += size) {
      List<Candidate> slice =
          ordered.subList(from, Math.min(from + size, ordered.size())).stream()
              .filter(c -> !scored.containsKey(c))
              .toList();
      if (!slice.isEmpty()) {
        missing.add(slice);
      }
    }
    return missing;
  }

  /** The best objective of the step's trials that were scored to the end. */
  private OptionalDouble best(int step) {
    Measure objective = start.plan().search().objective();
    DoubleStream means =
        known.getOrDefault(step, Map.of()).values().stream()
            .filter(t -> t.outcome() == Trial.Outcome.SCORED)
            .mapToDouble(t -> t.mean(objective).orElse(Double.NaN))
            .filter(mean -> !Double.isNaN(mean));
    return objective.direction() == Direction.LOWER_IS_BETTER ? means.min() : means.max();
  }

  private Step decide(StepPlan step) {
    Map<Candidate, Trial> trials = known.getOrDefault(step.number(), Map.of());
    List<Trial> asked = step.candidates().stream().map(c -> trialOf(trials, c)).toList();
    Candidate chosen =
        strategy
            .tell(asked)
            .orElseThrow(() ->
                new PrerequisiteException(
                    "step "
                        + step.number()
                        + ": every candidate's "
                        + start.plan().search().objective().id()
                        + " is NaN, so none can be chosen. Look at the weights and the dtype:"
                        + " float16 overflows where bfloat16 does not"));
    Trial winner = trialOf(trials, chosen);
    double score = winner.mean(start.plan().search().objective()).orElse(Double.NaN);
    return new Step(
        step.number(), chosen, winner.variant(), score, reductions.of(winner.variant()));
  }

  private static Trial trialOf(Map<Candidate, Trial> trials, Candidate candidate) {
    Trial trial = trials.get(candidate);
    if (trial == null) {
      throw new IllegalStateException("no trial of " + candidate);
    }
    return trial;
  }

  private boolean crossesBound(Step step) {
    OptionalDouble bound = start.plan().search().until().divergence();
    boolean lower = start.plan().search().objective().direction() == Direction.LOWER_IS_BETTER;
    return bound.isPresent()
        && (lower ? step.score() > bound.getAsDouble() : step.score() < bound.getAsDouble());
  }

  private void commit(Step step) {
    Step before = committed.get(step.number());
    if (before != null && !before.committed().equals(step.committed())) {
      throw new PrerequisiteException(
          "step "
              + step.number()
              + ": the journal committed "
              + before.committed()
              + ", its trials now give "
              + step.committed()
              + ". The journal was written by other rules; start a sweep of another name");
    }
    if (before == null) {
      append(new StepCommitted(step));
    }
    cut = step.variant();
  }

  private End finish(Reason reason) {
    append(new SweepFinished(reason));
    return End.FINISHED;
  }
}
