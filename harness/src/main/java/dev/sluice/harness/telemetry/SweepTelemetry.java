package dev.sluice.harness.telemetry;

import dev.sluice.harness.evaluation.Instruments;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.progress.SweepForecast;
import dev.sluice.harness.sweep.Cost;
import dev.sluice.harness.sweep.Progress;
import dev.sluice.harness.sweep.ScoringTask;
import dev.sluice.harness.sweep.Step;
import dev.sluice.harness.sweep.SweepEvent;
import dev.sluice.harness.sweep.SweepEvent.SweepFinished;
import dev.sluice.harness.sweep.SweepEvent.SweepStarted;
import dev.sluice.harness.sweep.SweepEvent.TrialsScored;
import dev.sluice.harness.sweep.SweepListener;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.Score;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.datapoints.GaugeDataPoint;
import io.prometheus.metrics.model.snapshots.Labels;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The meters of one sweep while it runs in this process: a listener for its events, instruments for what
 * is below them. Safe for several threads.
 */
public final class SweepTelemetry implements SweepListener, Telemetry.OfJob {
  private static final List<String> PERCENTILES = List.of("p50", "p90", "p99");

  private final SweepPlan plan;
  private final Series series;
  private final Telemetry telemetry;
  private final SweepForecast forecast;
  private final SweepInstruments instruments;
  private final LogContext context;
  private final Map<SweepMeter, GaugeDataPoint> gauges = new EnumMap<>(SweepMeter.class);
  private final Map<Candidate, Trial> trials = new HashMap<>();
  private @Nullable SublayerMeters sublayers;
  private int committed;
  private int inFlight;

  SweepTelemetry(SweepPlan plan, Series series, Telemetry telemetry) {
    this.plan = plan;
    this.series = series;
    this.telemetry = telemetry;
    this.forecast = new SweepForecast(plan);
    this.instruments = new SweepInstruments(telemetry, series);
    this.context = LogContext.sweep(plan.name());
    set(SweepMeter.SWEEP_START_TIME_SECONDS, telemetry.now());
    state(JobState.RUNNING);
    moved();
  }

  @Override
  public Instruments instruments() {
    return instruments;
  }

  @Override
  public void state(JobState state) {
    for (JobState each : JobState.values()) {
      series.set(SweepMeter.SWEEP_STATE, each == state ? 1 : 0, each.id());
    }
  }

  /** The candidates in flight were not scored. */
  @Override
  public synchronized void failed(Throwable cause) {
    outcome("failed", inFlight);
    inFlight = 0;
    telemetry.service().failed(ServiceTelemetry.JobKind.SWEEP, cause);
    state(JobState.FAILED);
  }

  @Override
  public synchronized void on(SweepEvent event, boolean replayed) {
    switch (event) {
      case SweepStarted started -> started(started);
      case TrialsScored scored -> scored(scored, replayed);
      case SweepEvent.VariantsSurveyed seen -> surveyed(seen, replayed);
      case SweepEvent.Profiled seen -> {
        if (sublayers != null) {
          sublayers.profiled(seen.profile());
        }
        if (!replayed) {
          cost(seen.cost());
        }
      }
      case SweepEvent.GradientsTaken seen -> {
        if (!replayed) {
          cost(seen.cost());
        }
      }
      case SweepEvent.Attributed ignored -> {}
      case SweepEvent.StepCommitted step -> committed(step.step());
      case SweepFinished ignored -> state(JobState.DONE);
    }
    forecast();
    moved();
  }

  private void started(SweepStarted started) {
    ModelConfig config = started.provenance().config();
    forecast.started(config);
    sublayers = new SublayerMeters(series, config);
    series.info(
        SweepMeter.SWEEP_INFO,
        lastPart(plan.model()),
        plan.search().objective().id(),
        plan.search().strategy().id(),
        started.provenance().dtype(),
        lastPart(plan.calibration().file()),
        telemetry.version());
    set(SweepMeter.SWEEP_STEPS_COMMITTED, 0);
    for (String outcome : List.of("scored", "dropped", "replayed", "failed")) {
      outcome(outcome, 0);
    }
    cost(Cost.NONE);
  }

  private static String lastPart(String path) {
    Path name = Path.of(path).getFileName();
    return name == null ? path : name.toString();
  }

  private void scored(TrialsScored scored, boolean replayed) {
    for (Trial trial : scored.trials()) {
      trials.put(trial.candidate(), trial);
      forecast.scored(trial);
      measured(trial.step(), trial.candidate(), means(trial));
      outcome(replayed ? "replayed" : trial.outcome().name().toLowerCase(Locale.ROOT), 1);
    }
    if (!replayed) {
      cost(scored.cost());
      inFlight = 0;
      set(SweepMeter.SWEEP_STEP_CANDIDATES_SCORED, trials.size());
      set(SweepMeter.SWEEP_SLICE_PROGRESS_RATIO, 1);
    }
  }

  private void surveyed(SweepEvent.VariantsSurveyed seen, boolean replayed) {
    forecast.surveyed(seen.trials());
    outcome(replayed ? "replayed" : "scored", seen.trials().size());
    if (!replayed) {
      cost(seen.cost());
      inFlight = 0;
    }
  }

  private static Map<Measure, Double> means(Trial trial) {
    Map<Measure, Double> means = new EnumMap<>(Measure.class);
    trial.scores().forEach(score -> means.put(score.measure(), score.mean()));
    return means;
  }

  private void measured(int step, Candidate candidate, Map<Measure, Double> means) {
    if (sublayers != null) {
      sublayers.measured(step, candidate, means);
    }
  }

  private void outcome(String outcome, int candidates) {
    series.counter(SweepMeter.SWEEP_CANDIDATES, outcome).inc(candidates);
  }

  private void cost(Cost cost) {
    series.counter(SweepMeter.SWEEP_SUBLAYER_PASSES).inc(cost.sublayerPasses());
    series.counter(SweepMeter.SWEEP_NAIVE_SUBLAYER_PASSES).inc(cost.naiveSublayerPasses());
    series.counter(SweepMeter.SWEEP_SCORING_SECONDS).inc(cost.seconds());
  }

  private void committed(Step step) {
    forecast.committed(step);
    committed = step.number();
    set(SweepMeter.SWEEP_STEPS_COMMITTED, committed);
    if (sublayers != null) {
      sublayers.cut(step.variant(), committed);
    }
    Trial winner = trials.get(step.committed());
    if (winner != null) {
      winner.scores().forEach(this::prefix);
    }
    trials.clear();
    series.set(SweepMeter.SWEEP_REDUCTION_RATIO, step.reduction().sublayers(), "sublayers");
    series.set(SweepMeter.SWEEP_REDUCTION_RATIO, step.reduction().blocks(), "blocks");
    series.set(SweepMeter.SWEEP_REDUCTION_RATIO, step.reduction().parameters(), "parameters");
    series.set(SweepMeter.SWEEP_REDUCTION_RATIO, step.reduction().flops(), "flops");
    series.set(SweepMeter.SWEEP_REDUCTION_RATIO, step.reduction().kvCache(), "kv_cache");
  }

  private void prefix(Score score) {
    String measure = score.measure().id();
    series.set(SweepMeter.SWEEP_DIVERGENCE, score.mean(), measure);
    for (String name : PERCENTILES) {
      Double value = score.percentiles().get(name);
      if (value != null) {
        series.set(SweepMeter.SWEEP_DIVERGENCE_PERCENTILE, value, measure, name);
      }
    }
  }

  @Override
  public synchronized void taskStarted(ScoringTask task) {
    boolean survey = task.kind() == ScoringTask.Kind.SURVEY;
    if (!survey && task.number() <= committed) {
      return;
    }
    forecast.taskStarted(task);
    instruments.begin(task);
    if (survey) {
      return;
    }
    if (sublayers != null) {
      sublayers.begin(task.candidates());
    }
    set(SweepMeter.SWEEP_STEP, task.number());
    set(SweepMeter.SWEEP_STEP_CANDIDATES, task.candidates().size());
    set(SweepMeter.SWEEP_STEP_CANDIDATES_SCORED, trials.size());
    forecast();
    moved();
  }

  @Override
  public synchronized void progress(Progress progress) {
    forecast.progress(progress);
    inFlight = progress.running().size();
    for (Progress.Running running :
        forecast.survey() > 0 ? List.<Progress.Running>of() : progress.running()) {
      measured(progress.step(), running.candidate(), running.means());
    }
    set(
        SweepMeter.SWEEP_SLICE_PROGRESS_RATIO,
        progress.rows() == 0 ? 0 : (double) progress.rowsSeen() / progress.rows());
    forecast();
    moved();
  }

  private void forecast() {
    forecast
        .steps()
        .ifPresent(steps -> {
          set(SweepMeter.SWEEP_STEPS_PLANNED, steps);
          double done = forecast.step() - 1 + forecast.share();
          set(SweepMeter.SWEEP_PROGRESS_RATIO, steps == 0 ? 1 : Math.clamp(done / steps, 0, 1));
        });
    forecast.secondsLeft().ifPresent(left -> set(SweepMeter.SWEEP_REMAINING_SECONDS, left));
  }

  /** Of meters without labels besides the sweep's. */
  private void set(SweepMeter meter, double value) {
    gauges.computeIfAbsent(meter, series::gauge).set(value);
  }

  private void moved() {
    set(SweepMeter.SWEEP_LAST_PROGRESS_TIME_SECONDS, telemetry.now());
  }

  @Override
  public void close() {
    context.close();
    series.end();
  }

  /** What the sweep's machine tells. */
  private static final class SweepInstruments extends JobInstruments {
    private final Series series;
    private final CounterDataPoint prompts;
    private final CounterDataPoint tokens;
    private final Map<Measure, DistributionDataPoint> histograms = new ConcurrentHashMap<>();
    private volatile Names running = new Names("", Map.of());

    /** What exemplars call the variants of the running step. */
    private record Names(String step, Map<Variant, String> of) {}

    SweepInstruments(Telemetry telemetry, Series series) {
      super(telemetry, ServiceTelemetry.JobKind.SWEEP);
      this.series = series;
      this.prompts = series.counter(SweepMeter.SWEEP_PROMPTS);
      this.tokens = series.counter(SweepMeter.SWEEP_TOKENS);
    }

    void begin(ScoringTask task) {
      Map<Variant, String> names = new HashMap<>();
      task.candidates().forEach(c -> names.put(task.variant(c), c.name()));
      running = new Names(Integer.toString(task.number()), names);
    }

    @Override
    public void prompt(Variant variant, Measure measure, int row, double value) {
      Names now = running;
      DistributionDataPoint histogram = histograms.computeIfAbsent(measure, this::histogram);
      histogram.observeWithExemplar(
          value,
          Labels.of(
              "variant",
              now.of().getOrDefault(variant, ""),
              "step",
              now.step(),
              "prompt",
              Integer.toString(row)));
    }

    private DistributionDataPoint histogram(Measure measure) {
      return measure == Measure.NLL
          ? series.histogram(SweepMeter.PROMPT_NLL_NATS)
          : series.histogram(SweepMeter.PROMPT_DIVERGENCE, measure.id());
    }

    @Override
    public void scored(long morePrompts, long moreTokens) {
      prompts.inc(morePrompts);
      tokens.inc(moreTokens);
    }
  }
}
