package dev.sluice.harness.report;

import dev.sluice.harness.model.ModelConfig.Experts;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.plan.SweepPlan.CandidateKind;
import dev.sluice.harness.sweep.Step;
import dev.sluice.harness.sweep.SweepEvent.SweepFinished.Reason;
import dev.sluice.harness.sweep.SweepState;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Direction;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.Score;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;

/** What a sweep's journal amounts to, so that text, JSON and HTML cannot tell different stories. */
final class Findings {
  private static final double[] MILESTONES = {0.10, 0.20, 0.25, 0.30, 0.40, 0.50};
  private static final double ROUNDING = 1e-9;

  private final SweepState state;
  private final Map<Integer, Trial> committed = new TreeMap<>();
  private final Map<Sublayer, Step> removals = new TreeMap<>();

  /**
   * The last prefix of the order that cuts no more than a round share.
   *
   * @param share of sublayers, the round one
   */
  record Milestone(double share, Step step) {}

  Findings(SweepState state) {
    this.state = state;
    for (Step step : state.steps()) {
      state.trialsOf(step.number()).stream()
          .filter(t -> t.candidate().equals(step.committed()))
          .findFirst()
          .ifPresent(t -> committed.put(step.number(), t));
    }
    lastingCuts(state.steps());
  }

  /** Each sublayer that is cut at the end, with the first of the steps that all cut it. */
  private void lastingCuts(List<Step> steps) {
    for (Step step : steps) {
      removals.keySet().removeIf(s -> !step.variant().isCut(s));
      step.variant().cuts().forEach(s -> removals.putIfAbsent(s, step));
    }
  }

  SweepState state() {
    return state;
  }

  Measure objective() {
    return state.plan().search().objective();
  }

  int blocks() {
    return state.provenance().config().blocks();
  }

  /** Experts in an FFN that is a mixture; 0 where the model has none. */
  int experts() {
    return state.provenance().config().ffn().experts().map(Experts::count).orElse(0);
  }

  boolean byBlock() {
    return state.plan().search().candidates() == CandidateKind.BLOCK;
  }

  /** The step that cut a sublayer; empty while it is kept. */
  Optional<Step> removal(Sublayer sublayer) {
    return Optional.ofNullable(removals.get(sublayer));
  }

  /** Experts that are cut at the end of an FFN that is kept, as in {@code 3/8}; empty without any. */
  Optional<String> expertsCut(Sublayer ffn) {
    long cut =
        removals.keySet().stream()
            .filter(s -> s.expert().isPresent() && s.whole().equals(ffn))
            .count();
    return cut == 0 ? Optional.empty() : Optional.of(cut + "/" + experts());
  }

  /** How much a step's variant cuts: {@code 3 sublayers}, {@code 4 experts}. */
  String howMany(Step step) {
    long experts = step.variant().cuts().stream().filter(s -> s.expert().isPresent()).count();
    return experts > 0 ? experts + " experts" : step.variant().cuts().size() + " sublayers";
  }

  /** All that is cut at the end, in order of removal. */
  List<Sublayer> cutsUpTo(int step) {
    return removals.entrySet().stream()
        .filter(r -> r.getValue().number() <= step)
        .sorted(Comparator.comparingInt(r -> r.getValue().number()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** What a step cuts, in few words: a set only by its size. */
  String cutOf(Step step) {
    Candidate cut = step.committed();
    boolean joined = cut.name().contains("+");
    return joined ? "set of " + cut.sublayers().size() : cut.name();
  }

  /** All trials on the whole calibration set, of surveys too; a variant that was asked for twice once. */
  List<Trial> wholeTrials() {
    Map<Variant, Trial> whole = new LinkedHashMap<>();
    state.trials().forEach(t -> whole.putIfAbsent(t.variant(), t));
    state.learnt().surveyed().stream()
        .filter(t -> t.scores().getFirst().rows().size() == state.provenance().rows())
        .forEach(t -> whole.putIfAbsent(t.variant(), t));
    return List.copyOf(whole.values());
  }

  /** What became of cut sublayers, where they are not gone: then nothing was saved. */
  static String treated(SweepPlan.Treatment treatment) {
    return switch (treatment.kind()) {
      case REMOVE -> "cut sublayers are gone";
      case DUPLICATE -> "sublayers called cut are run twice: the model does not get smaller";
      case INTERPOLATE ->
          "sublayers called cut run with "
              + treatment.alpha()
              + " of the weights of "
              + treatment.other().orElse("")
              + ": the model does not get smaller";
    };
  }

  /** Variants that were measured, in steps and in surveys. */
  int measuredVariants() {
    return state.trials().size() + state.learnt().surveyed().size();
  }

  /** The trial that won a step; empty where the journal holds none. */
  Optional<Trial> winner(Step step) {
    return Optional.ofNullable(committed.get(step.number()));
  }

  boolean isCommitted(Trial trial) {
    Trial winner = committed.get(trial.step());
    return winner != null && winner.candidate().equals(trial.candidate());
  }

  /** The winner's score by one measure. */
  Optional<Score> score(Step step, Measure measure) {
    return winner(step).flatMap(t -> score(t, measure));
  }

  static Optional<Score> score(Trial trial, Measure measure) {
    return trial.scores().stream().filter(s -> s.measure() == measure).findFirst();
  }

  /** Standard error of a step's objective over rows; NaN where it is unknown. */
  double rowError(Step step) {
    return score(step, objective()).map(Score::rowStandardError).orElse(Double.NaN);
  }

  boolean measured(Measure measure) {
    return state.plan().search().measures().contains(measure);
  }

  Optional<Step> last() {
    return state.steps().isEmpty() ? Optional.empty() : Optional.of(state.steps().getLast());
  }

  /** The step that has trials but no decision yet. */
  OptionalInt openStep() {
    int decided = last().map(Step::number).orElse(0);
    return state.trials().stream().mapToInt(Trial::step).filter(s -> s > decided).findFirst();
  }

  /** The round shares that the search has come to, each with the prefix that stays within it. */
  List<Milestone> milestones() {
    List<Milestone> found = new ArrayList<>();
    double reached = last().map(s -> s.reduction().sublayers()).orElse(0.0);
    double next = reached + (byBlock() ? 1.0 : 0.5) / blocks();
    for (double share : MILESTONES) {
      if (next > share + ROUNDING || state.finished().equals(Optional.of(Reason.EXHAUSTED))) {
        state.steps().stream()
            .filter(s -> s.reduction().sublayers() <= share + ROUNDING)
            .reduce((a, b) -> b)
            .ifPresent(s -> found.add(new Milestone(share, s)));
      }
    }
    return found;
  }

  /** Sublayer passes of one full forward pass per variant over those that were run. */
  OptionalDouble passRatio() {
    long run = state.cost().sublayerPasses();
    return run == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of((double) state.cost().naiveSublayerPasses() / run);
  }

  /** How the sweep stands, in a few words. */
  String standing() {
    return state.finished().map(Findings::words).orElse("not finished");
  }

  /** In which direction a measure is better, after its unit. */
  static String sense(Measure measure) {
    if (measure.needsAnswers()) {
      return ", higher is better";
    }
    return (measure.direction() == Direction.LOWER_IS_BETTER ? ", lower" : ", higher")
        + " is nearer to the intact model";
  }

  private static String words(Reason reason) {
    return switch (reason) {
      case RATIO_REACHED -> "finished: the asked share is cut";
      case DIVERGENCE_BOUND -> "finished: the next cut would cross the divergence bound";
      case EXHAUSTED -> "finished: no candidate is left that may be cut";
    };
  }
}
