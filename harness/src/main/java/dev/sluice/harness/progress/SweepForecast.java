package dev.sluice.harness.progress;

import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.plan.SweepPlan.Until;
import dev.sluice.harness.sweep.Progress;
import dev.sluice.harness.sweep.ScoringTask;
import dev.sluice.harness.sweep.Step;
import dev.sluice.harness.sweep.Trial;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * How far a sweep has come and how long it still takes: candidates to score, times what one has cost
 * of late. Not safe for use by several threads at once.
 */
public final class SweepForecast {
  private static final int RECENT = 200;
  private static final double ROUNDING = 1e-9;

  private final SweepPlan plan;
  private final Deque<Double> recent = new ArrayDeque<>();
  private @Nullable ModelConfig config;
  private boolean surveying;
  private int survey;
  private int step = 1;
  private int candidates;
  private int scored;
  private int committed;
  private double parameters;
  private double inFlight;

  public SweepForecast(SweepPlan plan) {
    this.plan = plan;
  }

  public void started(ModelConfig model) {
    config = model;
  }

  public void taskStarted(ScoringTask task) {
    surveying = task.kind() == ScoringTask.Kind.SURVEY;
    if (surveying) {
      survey = task.number();
      scored = 0;
      inFlight = 0;
    } else {
      enter(task.number());
    }
    candidates = task.candidates().size();
  }

  /** Variants that are measured to learn from. */
  public void surveyed(List<Trial> trials) {
    scored += trials.size();
    inFlight = 0;
  }

  public void scored(Trial trial) {
    surveying = false;
    enter(trial.step());
    scored++;
    inFlight = 0;
    if (trial.seconds() > 0) {
      recent.addLast(trial.seconds());
      if (recent.size() > RECENT) {
        recent.removeFirst();
      }
    }
  }

  public void progress(Progress progress) {
    if (!surveying) {
      enter(progress.step());
    }
    inFlight =
        progress.rows() == 0
            ? 0
            : (double) progress.running().size() * progress.rowsSeen() / progress.rows();
  }

  public void committed(Step done) {
    committed = done.number();
    parameters = done.reduction().parameters();
    int size = candidates;
    enter(done.number() + 1);
    candidates = nextSize(size);
  }

  private void enter(int number) {
    if (number != step || surveying) {
      surveying = false;
      step = number;
      scored = 0;
      inFlight = 0;
    }
  }

  /** The survey that is run; 0 while a step is. */
  public int survey() {
    return surveying ? survey : 0;
  }

  public int step() {
    return step;
  }

  /** Candidates of the present step; 0 while unknown. */
  public int candidates() {
    return candidates;
  }

  public int scored() {
    return scored;
  }

  /** The share of the present step that is done, the slice in flight included. */
  public double share() {
    return candidates == 0 ? 0 : Math.clamp((scored + inFlight) / candidates, 0, 1);
  }

  /**
   * Steps from the first to the last; empty while that cannot be told, as where sets are searched for some
   * ratios alone. Where {@link #bounded()}, the
   * sweep may end earlier.
   */
  public OptionalInt steps() {
    if (config == null || plan.search().strategy().byRatio()) {
      return OptionalInt.empty();
    }
    int most = candidates(config);
    Until until = plan.search().until();
    OptionalInt bySublayers = bySublayers(until.sublayers(), config);
    OptionalInt byParameters = byParameters(until.parameters());
    if (until.parameters().isPresent() && byParameters.isEmpty() && bySublayers.isEmpty()) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(
        Math.min(most, Math.min(bySublayers.orElse(most), byParameters.orElse(most))));
  }

  /** Whether a divergence bound, or the strategy, may end the sweep before {@link #steps()}. */
  public boolean bounded() {
    return plan.search().until().divergence().isPresent() || plan.search().strategy().endsItself();
  }

  private int candidates(ModelConfig model) {
    return switch (plan.search().candidates()) {
      case ALL -> model.sublayers();
      case ATTENTION, FFN, BLOCK -> model.blocks();
      case EXPERT -> model.ffn().experts().map(e -> e.count() * e.blocks().size()).orElse(0);
    };
  }

  private OptionalInt bySublayers(OptionalDouble share, ModelConfig model) {
    if (share.isEmpty()) {
      return OptionalInt.empty();
    }
    double each = plan.search().leastCut(model.ffn().experts());
    return OptionalInt.of(
        (int) Math.floor(share.getAsDouble() * model.sublayers() / each + ROUNDING));
  }

  /** As if every step cut as many parameters as those so far did on average. */
  private OptionalInt byParameters(OptionalDouble share) {
    return share.isEmpty() || parameters <= 0
        ? OptionalInt.empty()
        : OptionalInt.of((int) Math.ceil(committed * share.getAsDouble() / parameters - ROUNDING));
  }

  /** Seconds to the end; empty while nothing has been scored or the end cannot be told. */
  public OptionalDouble secondsLeft() {
    OptionalInt steps = steps();
    if (surveying || recent.isEmpty() || steps.isEmpty() || candidates == 0) {
      return OptionalDouble.empty();
    }
    if (step > steps.getAsInt()) {
      return OptionalDouble.of(0);
    }
    double left = Math.max(0, candidates - scored - inFlight);
    int size = candidates;
    for (int next = step + 1; next <= steps.getAsInt(); next++) {
      size = nextSize(size);
      left += size;
    }
    double each = recent.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    return OptionalDouble.of(left * each);
  }

  private int nextSize(int size) {
    return plan.search().strategy().greedy() ? Math.max(0, size - 1) : size;
  }
}
