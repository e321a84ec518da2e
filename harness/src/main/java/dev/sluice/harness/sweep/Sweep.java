package dev.sluice.harness.sweep;

import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.sweep.ScoringTask.Kind;
import dev.sluice.harness.sweep.SliceRunner.Slice;
import dev.sluice.harness.sweep.SweepEvent.Attributed;
import dev.sluice.harness.sweep.SweepEvent.GradientsTaken;
import dev.sluice.harness.sweep.SweepEvent.Profiled;
import dev.sluice.harness.sweep.SweepEvent.StepCommitted;
import dev.sluice.harness.sweep.SweepEvent.SweepFinished;
import dev.sluice.harness.sweep.SweepEvent.SweepFinished.Reason;
import dev.sluice.harness.sweep.SweepEvent.SweepStarted;
import dev.sluice.harness.sweep.SweepEvent.TrialsScored;
import dev.sluice.harness.sweep.SweepEvent.VariantsSurveyed;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Reductions;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Direction;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.PrerequisiteException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
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
  /** Keeps shares such as 0.29, which have no exact binary form, from losing a cut. */
  private static final double ROUNDING = 1e-9;

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

  private final KnownTrials known = new KnownTrials();
  private final Map<Integer, Step> committed = new HashMap<>();
  private final Set<Integer> attributed = new HashSet<>();
  private Optional<Profiled> profiled = Optional.empty();
  private Optional<GradientsTaken> gradients = Optional.empty();
  private int surveys;
  private int steps;

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
    Optional<End> end = Optional.empty();
    while (end.isEmpty()) {
      end = strategy.ask().map(round -> play(round, stop)).orElseGet(() -> end(Reason.EXHAUSTED));
    }
    return end.get();
  }

  /** One round; how the run ended with it, if it did. */
  private Optional<End> play(Round round, BooleanSupplier stop) {
    return switch (round) {
      case Round.Profile ignored -> profile(stop);
      case Round.Gradients ignored -> gradients(stop);
      case Round.Survey survey -> survey(survey, stop);
      case Round.Cut cut -> reasonToEnd(cut).flatMap(this::end).or(() -> step(cut, stop));
    };
  }

  private Optional<End> profile(BooleanSupplier stop) {
    profiled = profiled.or(() -> taken(stop, slices::profile));
    profiled.ifPresent(seen -> strategy.tell(seen.profile()));
    return learnt(profiled.isPresent());
  }

  private Optional<End> gradients(BooleanSupplier stop) {
    gradients = gradients.or(() -> taken(stop, slices::gradients));
    gradients.ifPresent(seen -> strategy.tell(seen.scores()));
    return learnt(gradients.isPresent());
  }

  /** Made and journalled, unless asked to stop before. */
  private <E extends SweepEvent> Optional<E> taken(BooleanSupplier stop, Supplier<E> make) {
    if (stop.getAsBoolean()) {
      return Optional.empty();
    }
    E made = make.get();
    append(made);
    return Optional.of(made);
  }

  private Optional<End> learnt(boolean told) {
    if (told) {
      attribute();
      return Optional.empty();
    }
    return Optional.of(End.STOPPED);
  }

  private Optional<End> survey(Round.Survey round, BooleanSupplier stop) {
    ScoringTask task =
        new ScoringTask(
            surveys + 1, Kind.SURVEY, Variant.intact(), round.candidates(), round.rows());
    listeners.forEach(l -> l.taskStarted(task));
    if (!score(task, stop)) {
      return Optional.of(End.STOPPED);
    }
    List<Trial> trials = trials(task);
    Measure objective = start.plan().search().objective();
    if (trials.stream().allMatch(t -> Double.isNaN(t.mean(objective).orElse(Double.NaN)))) {
      throw nothingScored("survey " + task.number());
    }
    surveys = task.number();
    strategy.tell(trials);
    attribute();
    return Optional.empty();
  }

  private void attribute() {
    List<Attribution> now = strategy.attributions();
    if (!now.isEmpty() && attributed.add(surveys)) {
      append(new Attributed(surveys, now));
    }
  }

  private Optional<End> step(Round.Cut round, BooleanSupplier stop) {
    if (steps == 0 && surveys == 0) {
      attribute();
    }
    ScoringTask task =
        new ScoringTask(
            steps + 1, Kind.STEP, round.base(), round.candidates(), start.provenance().rows());
    listeners.forEach(l -> l.taskStarted(task));
    if (!score(task, stop)) {
      return Optional.of(End.STOPPED);
    }
    Step decided = decide(task);
    if (crossesBound(decided)) {
      return end(Reason.DIVERGENCE_BOUND);
    }
    commit(decided);
    steps = decided.number();
    return Optional.empty();
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
        case TrialsScored scored ->
            known.add(Kind.STEP, start.provenance().rows(), scored.trials());
        case VariantsSurveyed seen -> known.add(Kind.SURVEY, seen.rows(), seen.trials());
        case Profiled seen -> profiled = Optional.of(seen);
        case GradientsTaken seen -> gradients = Optional.of(seen);
        case Attributed seen -> attributed.add(seen.surveys());
        case StepCommitted step -> committed.put(step.step().number(), step.step());
        case SweepFinished ignored -> finished = true;
      }
      listeners.forEach(l -> l.on(event, true));
    }
    return finished;
  }

  private void append(SweepEvent event) {
    journal.append(event);
    listeners.forEach(l -> l.on(event, false));
  }

  private Optional<Reason> reasonToEnd(Round.Cut round) {
    if (round.candidates().isEmpty()) {
      return Optional.of(Reason.EXHAUSTED);
    }
    SweepPlan.Until until = start.plan().search().until();
    ModelConfig config = start.provenance().config();
    double next =
        round.base().sublayers(config)
            + round.candidates().stream()
                .mapToDouble(c -> c.variant().sublayers(config))
                .min()
                .getAsDouble();
    OptionalDouble share = until.sublayers();
    OptionalDouble parameters = until.parameters();
    Step last = committed.get(steps);
    boolean enoughSublayers =
        share.isPresent() && next > share.getAsDouble() * config.sublayers() + ROUNDING;
    boolean enoughParameters =
        parameters.isPresent()
            && last != null
            && last.reduction().parameters() >= parameters.getAsDouble();
    boolean reached = enoughSublayers || enoughParameters;
    return reached ? Optional.of(Reason.RATIO_REACHED) : Optional.empty();
  }

  private void requireRoomForOneCut() {
    OptionalDouble share = start.plan().search().until().sublayers();
    ModelConfig config = start.provenance().config();
    int total = config.sublayers();
    double least = start.plan().search().leastCut(config.ffn().experts());
    if (share.isPresent() && least > share.getAsDouble() * total + ROUNDING) {
      throw new PrerequisiteException(
          "until "
              + share.getAsDouble()
              + ": less than one cut, for a candidate has "
              + BigDecimal.valueOf(least).stripTrailingZeros().toPlainString()
              + " of "
              + total
              + " sublayers. Raise it to "
              + roundedUp(least, total)
              + " or more");
    }
  }

  private static String roundedUp(double part, int total) {
    return BigDecimal.valueOf(part)
        .divide(new BigDecimal(total), 4, RoundingMode.UP)
        .toPlainString();
  }

  /** Score what is missing of a task; false if asked to stop before it was complete. */
  private boolean score(ScoringTask task, BooleanSupplier stop) {
    reuse(task);
    boolean begun = false;
    for (List<Candidate> slice : known.missing(task, start.plan().execution().slice())) {
      if (stop.getAsBoolean()) {
        return false;
      }
      if (!begun) {
        slices.begin(task);
        begun = true;
      }
      Slice scored =
          slices.run(task, slice, best(task), p -> listeners.forEach(l -> l.progress(p)));
      keep(task, scored.trials(), scored.cost());
    }
    return true;
  }

  /** What a step asks for and an earlier survey measured becomes the step's own. */
  private void reuse(ScoringTask task) {
    if (task.kind() == Kind.STEP) {
      List<Trial> seen =
          task.candidates().stream()
              .filter(c -> known.inStep(task, c).isEmpty())
              .flatMap(c -> known.find(task, c).stream())
              .toList();
      if (!seen.isEmpty()) {
        keep(task, seen, Cost.NONE);
      }
    }
  }

  private void keep(ScoringTask task, List<Trial> trials, Cost cost) {
    append(
        switch (task.kind()) {
          case STEP -> new TrialsScored(trials, cost);
          case SURVEY -> new VariantsSurveyed(task.rows(), trials, cost);
        });
    known.add(task.kind(), task.rows(), trials);
  }

  /** The best objective of the task's trials that were scored to the end. */
  private OptionalDouble best(ScoringTask task) {
    Measure objective = start.plan().search().objective();
    DoubleStream means =
        known
            .of(task)
            .filter(t -> t.outcome() == Trial.Outcome.SCORED)
            .mapToDouble(t -> t.mean(objective).orElse(Double.NaN))
            .filter(mean -> !Double.isNaN(mean));
    return objective.direction() == Direction.LOWER_IS_BETTER ? means.min() : means.max();
  }

  private List<Trial> trials(ScoringTask task) {
    return task.candidates().stream()
        .map(c ->
            known.find(task, c).orElseThrow(() -> new IllegalStateException("no trial of " + c)))
        .toList();
  }

  private Step decide(ScoringTask task) {
    List<Trial> trials = trials(task);
    Candidate chosen =
        strategy.tell(trials).orElseThrow(() -> nothingScored("step " + task.number()));
    Trial winner =
        trials.stream().filter(t -> t.candidate().equals(chosen)).findFirst().orElseThrow();
    double score = winner.mean(start.plan().search().objective()).orElse(Double.NaN);
    return new Step(
        task.number(), chosen, winner.variant(), score, reductions.of(winner.variant()));
  }

  private PrerequisiteException nothingScored(String where) {
    return new PrerequisiteException(
        where
            + ": every candidate's "
            + start.plan().search().objective().id()
            + " is NaN, so none can be chosen. Look at the weights and the dtype:"
            + " float16 overflows where bfloat16 does not");
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
      committed.put(step.number(), step);
      append(new StepCommitted(step));
    }
  }

  private Optional<End> end(Reason reason) {
    append(new SweepFinished(reason));
    return Optional.of(End.FINISHED);
  }
}
