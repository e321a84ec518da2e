package dev.sluice.harness.telemetry;

import dev.sluice.harness.evaluation.Instruments;
import dev.sluice.harness.tasks.Evaluation;
import dev.sluice.harness.tasks.EvaluationListener;
import dev.sluice.harness.tasks.ScoredItem;
import dev.sluice.harness.tasks.ScoredTask;
import dev.sluice.harness.tasks.ScoredVariant;
import dev.sluice.harness.variant.Reduction;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.GaugeDataPoint;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The meters of one evaluation while it runs in this process: a listener for its items, instruments for
 * what is below them. Safe for several threads.
 */
public final class EvaluationTelemetry implements EvaluationListener, Telemetry.OfJob {
  private static final int DIGEST_DIGITS = 12;

  private final Series series;
  private final Telemetry telemetry;
  private final Instruments instruments;
  private final GaugeDataPoint lastProgress;
  private final LogContext context;
  private final Map<Integer, List<VariantMeters>> byTask = new HashMap<>();
  private List<ScoredTask> tasks = List.of();
  private List<ScoredVariant> variants = List.of();

  /** Counts what is computed. */
  private static final class Counted extends JobInstruments {
    private final CounterDataPoint tokens;

    Counted(Telemetry telemetry, Series series) {
      super(telemetry, ServiceTelemetry.JobKind.EVALUATION);
      this.tokens = series.counter(EvaluationMeter.EVALUATION_TOKENS);
    }

    @Override
    public void scored(long prompts, long moreTokens) {
      tokens.inc(moreTokens);
    }
  }

  EvaluationTelemetry(String name, Series series, Telemetry telemetry) {
    this.series = series;
    this.telemetry = telemetry;
    this.instruments = new Counted(telemetry, series);
    this.context = LogContext.evaluation(name);
    this.lastProgress = series.gauge(EvaluationMeter.EVALUATION_LAST_PROGRESS_TIME_SECONDS);
    series.set(EvaluationMeter.EVALUATION_START_TIME_SECONDS, telemetry.now());
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
      series.set(EvaluationMeter.EVALUATION_STATE, each == state ? 1 : 0, each.id());
    }
  }

  @Override
  public void failed(Throwable cause) {
    telemetry.service().failed(ServiceTelemetry.JobKind.EVALUATION, cause);
    state(JobState.FAILED);
  }

  @Override
  public synchronized void started(Evaluation evaluation) {
    tasks = evaluation.tasks();
    variants = evaluation.variants();
    Map<String, String> provenance = evaluation.provenance();
    Path model = Path.of(provenance.getOrDefault("model", "")).getFileName();
    series.info(
        EvaluationMeter.EVALUATION_INFO,
        model == null ? "" : model.toString(),
        provenance.getOrDefault("dtype", ""),
        telemetry.version());
    variants.forEach(this::describe);
    moved();
  }

  private void describe(ScoredVariant variant) {
    String name = variant.name();
    series.info(EvaluationMeter.VARIANT_INFO, name, digest(variant.variant().toString()));
    Reduction reduction = variant.reduction();
    reduction(name, "sublayers", reduction.sublayers());
    reduction(name, "blocks", reduction.blocks());
    reduction(name, "parameters", reduction.parameters());
    reduction(name, "flops", reduction.flops());
    reduction(name, "kv_cache", reduction.kvCache());
    variant
        .searched()
        .forEach(
            (measure, mean) -> series.set(EvaluationMeter.VARIANT_DIVERGENCE, mean, name, measure));
  }

  private void reduction(String variant, String aspect, double share) {
    series.set(EvaluationMeter.VARIANT_REDUCTION_RATIO, share, variant, aspect);
  }

  private static String digest(String cuts) {
    try {
      byte[] sha =
          MessageDigest.getInstance("SHA-256").digest(cuts.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sha).substring(0, DIGEST_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  @Override
  public synchronized void answered(ScoredItem item) {
    ScoredTask task = tasks.get(item.task());
    byTask.computeIfAbsent(item.task(), t -> metersOf(task)).forEach(v -> v.add(item));
    series.counter(EvaluationMeter.EVALUATION_ITEMS, task.name()).inc();
    moved();
  }

  private List<VariantMeters> metersOf(ScoredTask task) {
    List<VariantMeters> meters = new ArrayList<>();
    String baseline = variants.getFirst().name();
    variants.forEach(
        variant -> meters.add(new VariantMeters(series, task, variant.name(), baseline)));
    return meters;
  }

  @Override
  public void ended(Evaluation.End end) {
    state(JobState.DONE);
    moved();
  }

  private void moved() {
    lastProgress.set(telemetry.now());
  }

  @Override
  public void close() {
    context.close();
    series.end();
  }
}
