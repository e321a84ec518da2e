package dev.sluice.harness.session;

import dev.sluice.harness.answers.Examiner;
import dev.sluice.harness.answers.ItemEncoder;
import dev.sluice.harness.evaluation.SequenceScorer;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.sweep.Cost;
import dev.sluice.harness.sweep.Progress;
import dev.sluice.harness.sweep.ScoringTask;
import dev.sluice.harness.sweep.SliceRunner;
import dev.sluice.harness.sweep.SweepEvent.GradientsTaken;
import dev.sluice.harness.sweep.SweepEvent.Profiled;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.harness.tasks.ScoredItem;
import dev.sluice.harness.tasks.ScoredTask;
import dev.sluice.harness.tasks.TaskEvaluation;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.PrerequisiteException;
import dev.sluice.scorers.Score;
import dev.sluice.scorers.statistics.RunningMoments;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * Adds to what others score each variant's accuracy on a task's first rows; all variants of a slice are
 * asked together. What the journal of answers holds is not asked again.
 *
 * <p>A survey on a share of the calibration rows asks the same share of the task's rows.
 */
final class AccuracySlices implements SliceRunner {
  private final SliceRunner others;
  private final Desk desk;
  private final SweepPlan.Search search;
  private final SweepPlan.Task task;
  private final int calibrationRows;

  /**
   * Who asks, and what.
   *
   * @param scorer what the examiner asks with, to count passes
   * @param sources the task's first so many rows
   */
  record Desk(
      Examiner examiner,
      ItemEncoder encoder,
      SequenceScorer scorer,
      IntFunction<List<TaskEvaluation.Source>> sources) {}

  /**
   * @param others score the measures that need no answers
   * @throws PrerequisiteException if a task has no accuracy
   */
  AccuracySlices(
      SliceRunner others,
      Desk desk,
      SweepPlan.Search search,
      SweepPlan.Task task,
      int calibrationRows) {
    this.others = others;
    this.desk = desk;
    this.search = search;
    this.task = task;
    this.calibrationRows = calibrationRows;
  }

  /** Fail unless every task has an accuracy. */
  static void requireAccuracy(List<TaskEvaluation.Source> sources) {
    for (ScoredTask asked : new TaskEvaluation(Map.of(), sources).tasks()) {
      if (asked.rightness().isEmpty()) {
        throw new PrerequisiteException(
            "task %s has no accuracy, only %s: name one with acc or acc_norm"
                .formatted(
                    asked.name(),
                    String.join(", ", asked.metrics().stream().map(m -> m.id()).toList())));
      }
    }
  }

  @Override
  public void begin(ScoringTask scoring) {
    others.begin(scoring);
  }

  @Override
  public GradientsTaken gradients() {
    return others.gradients();
  }

  @Override
  public Profiled profile() {
    return others.profile();
  }

  @Override
  public Slice run(
      ScoringTask scoring,
      List<Candidate> slice,
      OptionalDouble toBeat,
      Consumer<Progress> progress) {
    boolean decides = search.objective() == Measure.ACCURACY;
    Slice scored = others.run(scoring, slice, toBeat, decides ? p -> {} : progress);
    List<Trial> asked =
        scored.trials().stream().filter(t -> t.outcome() == Trial.Outcome.SCORED).toList();
    return asked.isEmpty()
        ? scored
        : new Round(scoring, asked, decides ? progress : p -> {}).added(scored);
  }

  private int items(int rows) {
    return (int) Math.ceilDiv((long) task.rows() * rows, calibrationRows);
  }

  /** The trials of one slice while their variants are asked. */
  private final class Round {
    private final ScoringTask scoring;
    private final List<Trial> asked;
    private final Consumer<Progress> progress;
    private final Map<String, Variant> variants = new LinkedHashMap<>();
    private final Map<Variant, Tally> tallies = new LinkedHashMap<>();
    private final long start = System.nanoTime();
    private final long passes = desk.scorer().passes();
    private final long naivePasses = desk.scorer().naivePasses();
    private final long tokens = desk.examiner().tokensComputed();
    private int told;

    Round(ScoringTask scoring, List<Trial> asked, Consumer<Progress> progress) {
      this.scoring = scoring;
      this.asked = asked;
      this.progress = progress;
      asked.forEach(t -> {
        variants.put(t.variant().toString(), t.variant());
        tallies.put(t.variant(), new Tally());
      });
    }

    Slice added(Slice to) {
      List<TaskEvaluation.Source> sources = desk.sources().apply(items(scoring.rows()));
      TaskEvaluation evaluation = new TaskEvaluation(variants, sources);
      List<ScoredTask> tasks = evaluation.tasks();
      long expected = expected(sources);
      evaluation
          .run(desk.examiner(), desk.encoder())
          .map(TaskEvaluation.Scored::item)
          .doOnNext(item -> take(tasks.get(item.task()), item))
          .doOnNext(item -> tell(expected))
          .blockLast();
      if (answered() == 0) {
        throw new PrerequisiteException(
            "task " + task.name() + ": its data has no rows, so there is no accuracy to go by");
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      List<Trial> trials = to.trials().stream().map(t -> with(t, seconds / asked.size())).toList();
      return new Slice(trials, to.cost().plus(cost(seconds)));
    }

    /** Items of all tasks, as far as is known before they are read. */
    private static long expected(List<TaskEvaluation.Source> sources) {
      return sources.stream()
          .mapToLong(s -> {
            long rows = s.task().source().rows();
            return s.items().limit().of(rows == 0 ? Integer.MAX_VALUE : rows);
          })
          .sum();
    }

    private void take(ScoredTask from, ScoredItem item) {
      tallies.forEach((variant, tally) ->
          tally.add(
              item.right(from.request(), from.rightness().orElseThrow(), variant.toString())));
    }

    private int answered() {
      return tallies.values().iterator().next().rows.size();
    }

    /** In rows of the calibration set, as other measures tell. */
    private void tell(long expected) {
      int seen = (int) Math.min(scoring.rows(), (long) scoring.rows() * answered() / expected);
      if (seen > told) {
        told = seen;
        double seconds = (System.nanoTime() - start) / 1e9;
        double rate = (desk.examiner().tokensComputed() - tokens) / seconds;
        progress.accept(
            new Progress(
                scoring.number(),
                seen,
                scoring.rows(),
                asked.stream().map(this::running).toList(),
                rate));
      }
    }

    private Progress.Running running(Trial trial) {
      double mean = tally(trial).moments.mean();
      return new Progress.Running(trial.candidate(), mean, Map.of(Measure.ACCURACY, mean));
    }

    private Tally tally(Trial trial) {
      Tally tally = tallies.get(trial.variant());
      if (tally == null) {
        throw new IllegalStateException(trial.variant() + " was not asked");
      }
      return tally;
    }

    private Trial with(Trial trial, double seconds) {
      if (!tallies.containsKey(trial.variant())) {
        return trial;
      }
      List<Score> scores = new ArrayList<>(trial.scores());
      scores.add(tally(trial).score());
      return new Trial(
          trial.step(),
          trial.candidate(),
          trial.variant(),
          trial.outcome(),
          scores,
          trial.seconds() + seconds);
    }

    private Cost cost(double seconds) {
      return new Cost(
          seconds,
          desk.scorer().passes() - passes,
          desk.scorer().naivePasses() - naivePasses,
          desk.examiner().tokensComputed() - tokens,
          0);
    }
  }

  /** One variant's answers so far, right 1 and wrong 0. */
  private static final class Tally {
    private final RunningMoments moments = new RunningMoments();
    private final List<Double> rows = new ArrayList<>();

    void add(boolean right) {
      double value = right ? 1 : 0;
      moments.add(value);
      rows.add(value);
    }

    Score score() {
      return new Score(
          Measure.ACCURACY,
          moments.mean(),
          moments.standardError(),
          moments.standardError(),
          moments.count(),
          Map.of(),
          rows);
    }
  }
}
