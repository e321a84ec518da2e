package dev.sluice.harness.sweep;

import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.evaluation.BoundaryCache;
import dev.sluice.harness.evaluation.Evaluation;
import dev.sluice.harness.evaluation.Evaluator;
import dev.sluice.harness.evaluation.PairedRace;
import dev.sluice.harness.evaluation.Race;
import dev.sluice.harness.evaluation.SoundRace;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.profile.DepthProfiler;
import dev.sluice.harness.profile.TaylorProfiler;
import dev.sluice.harness.sweep.ScoringTask.Kind;
import dev.sluice.harness.sweep.SweepEvent.GradientsTaken;
import dev.sluice.harness.sweep.SweepEvent.Profiled;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.DepthProfile;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.PrerequisiteException;
import dev.sluice.scorers.Score;
import dev.sluice.scorers.TaylorScores;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import reactor.core.publisher.Flux;

/**
 * Scores slices with an evaluator on one calibration set, by all measures but those that need answers.
 */
public final class EvaluatorSlices implements SliceRunner {

  /**
   * What is evaluated, and on what.
   *
   * @param sublayers of the model
   * @param batches the calibration set
   * @param stateBytes one variant's hidden state for all batches together
   * @param profilers of the intact model
   * @param peakBytes tells the process's highest resident memory
   */
  public record Bench(
      int sublayers,
      RowBatches batches,
      long stateBytes,
      Profilers profilers,
      LongSupplier peakBytes) {}

  /** What profiles the intact model. */
  public record Profilers(DepthProfiler depths, TaylorProfiler taylor) {}

  private final Evaluator evaluator;
  private final BoundaryCache cache;
  private final Bench bench;
  private final List<Measure> measures;
  private final SweepPlan.Search search;

  public EvaluatorSlices(
      Evaluator evaluator, BoundaryCache cache, Bench bench, SweepPlan.Search search) {
    this.evaluator = evaluator;
    this.cache = cache;
    this.bench = bench;
    this.search = search;
    List<Measure> objectiveFirst = new ArrayList<>(search.measures());
    objectiveFirst.remove(search.objective());
    objectiveFirst.addFirst(search.objective());
    this.measures = objectiveFirst.stream().filter(m -> !m.needsAnswers()).toList();
  }

  @Override
  public void begin(ScoringTask task) {
    List<Variant> variants = task.candidates().stream().map(task::variant).toList();
    cache.beginRound(variants, bench.sublayers(), bench.stateBytes());
  }

  @Override
  public Slice run(
      ScoringTask task, List<Candidate> slice, OptionalDouble toBeat, Consumer<Progress> progress) {
    if (measures.isEmpty()) {
      return unscored(task, slice);
    }
    Clocked clock = new Clocked();
    List<Variant> variants = slice.stream().map(task::variant).toList();
    Evaluation evaluation =
        evaluator
            .evaluate(
                new Evaluator.Request(
                    variants,
                    measures,
                    Flux.fromIterable(bench.batches().first(task.rows())),
                    race(task, toBeat)))
            .doOnNext(e -> progress.accept(clock.progress(task, slice, e)))
            .blockLast();
    if (evaluation == null) {
      throw new PrerequisiteException("no calibration rows: nothing to compare variants on");
    }
    return clock.slice(task, slice, evaluation);
  }

  private static Slice unscored(ScoringTask task, List<Candidate> slice) {
    return new Slice(
        slice.stream()
            .map(c ->
                new Trial(task.number(), c, task.variant(c), Trial.Outcome.SCORED, List.of(), 0))
            .toList(),
        Cost.NONE);
  }

  @Override
  public Profiled profile() {
    long begun = System.nanoTime();
    List<TokenBatch> all = bench.batches().all();
    DepthProfile profile =
        bench.profilers().depths().profile(Flux.fromIterable(all)).blockOptional().orElseThrow();
    return new Profiled(
        profile, cost(begun, (long) bench.sublayers() * all.size(), profile.tokens()));
  }

  /** A sublayer's backward pass counts as one more pass through it. */
  @Override
  public GradientsTaken gradients() {
    long begun = System.nanoTime();
    List<TokenBatch> all = bench.batches().all();
    TaylorProfiler taylor = bench.profilers().taylor();
    TaylorScores scores = taylor.scores(Flux.fromIterable(all)).blockOptional().orElseThrow();
    return new GradientsTaken(
        scores, cost(begun, taylor.passes() * all.size(), scores.predictions()));
  }

  private Cost cost(long begun, long passes, long tokens) {
    double seconds = (System.nanoTime() - begun) / 1e9;
    return new Cost(seconds, passes, passes, tokens, bench.peakBytes().getAsLong());
  }

  private Optional<Race> race(ScoringTask task, OptionalDouble toBeat) {
    if (task.kind() == Kind.SURVEY) {
      return Optional.empty();
    }
    if (search.soundRacing()) {
      return Optional.of(
          SoundRace.on(bench.batches().first(task.rows()), search.objective(), toBeat));
    }
    return search.racing().isPresent()
        ? Optional.of(
            new PairedRace(
                search.racing().getAsDouble(),
                bench.batches().first(task.rows()).size(),
                task.candidates().size()))
        : Optional.empty();
  }

  /** Time and counts since a slice began. */
  private final class Clocked {
    private final long start = System.nanoTime();
    private final long passes = evaluator.passes();
    private final long naivePasses = evaluator.naivePasses();

    private double seconds() {
      return (System.nanoTime() - start) / 1e9;
    }

    Progress progress(ScoringTask task, List<Candidate> slice, Evaluation evaluation) {
      List<Progress.Running> running =
          slice.stream().map(c -> running(c, evaluation.scoresOf(task.variant(c)))).toList();
      double rate = evaluation.positions() / seconds();
      return new Progress(task.number(), evaluation.rows(), task.rows(), running, rate);
    }

    private Progress.Running running(Candidate candidate, List<Score> scores) {
      Map<Measure, Double> means = new EnumMap<>(Measure.class);
      scores.forEach(score -> means.put(score.measure(), score.mean()));
      return new Progress.Running(candidate, scores.getFirst().mean(), means);
    }

    Slice slice(ScoringTask task, List<Candidate> slice, Evaluation evaluation) {
      double seconds = seconds();
      List<Trial> trials =
          slice.stream().map(c -> trial(task, c, evaluation, seconds / slice.size())).toList();
      return new Slice(
          trials,
          new Cost(
              seconds,
              evaluator.passes() - passes,
              evaluator.naivePasses() - naivePasses,
              evaluation.positions(),
              bench.peakBytes().getAsLong()));
    }

    private Trial trial(
        ScoringTask task, Candidate candidate, Evaluation evaluation, double seconds) {
      Variant variant = task.variant(candidate);
      Trial.Outcome outcome =
          evaluation.dropped().contains(variant) ? Trial.Outcome.DROPPED : Trial.Outcome.SCORED;
      return new Trial(
          task.number(), candidate, variant, outcome, evaluation.scoresOf(variant), seconds);
    }
  }
}
