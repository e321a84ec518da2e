package dev.sluice.harness.telemetry;

import dev.sluice.benchmarks.task.Metric;
import dev.sluice.benchmarks.task.RequestKind;
import dev.sluice.harness.tasks.ScoredItem;
import dev.sluice.harness.tasks.ScoredTask;
import dev.sluice.scorers.statistics.RunningMoments;
import dev.sluice.scorers.statistics.Stability;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.datapoints.GaugeDataPoint;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The meters of one variant on one task. Not safe for several threads at once. */
final class VariantMeters {
  /** With the name of its label and the row an exemplar stays below 128 characters. */
  private static final int LONGEST_NAME = 80;

  private final ScoredTask task;
  private final String variant;
  private final @Nullable Rightness rightness;
  private final Map<Metric, Gauges> accuracies = new EnumMap<>(Metric.class);
  private final Map<Metric, GaugeDataPoint> perplexities = new EnumMap<>(Metric.class);
  private final CounterDataPoint prompts;
  private final GaugeDataPoint meanNll;
  private final DistributionDataPoint nll;
  private final @Nullable Kept kept;
  private double logLikelihood;
  private long items;
  private long tokens;
  private long words;
  private long bytes;

  /** One metric of rightness so far. */
  private record Gauges(
      RunningMoments moments, GaugeDataPoint mean, GaugeDataPoint error, GaugeDataPoint samples) {
    void add(boolean right) {
      moments.add(right ? 1 : 0);
      mean.set(moments.mean());
      samples.set((double) moments.count());
      if (moments.count() > 1) {
        error.set(moments.standardError());
      }
    }
  }

  /** Answers by the task's first metric of rightness. */
  private record Rightness(Metric metric, CounterDataPoint correct, CounterDataPoint wrong) {
    void add(boolean right) {
      (right ? correct : wrong).inc();
    }
  }

  /** What a variant keeps of another's right and wrong choices, by the metric that decides. */
  private record Kept(Stability stability, String baseline, Metric metric, GaugeDataPoint value) {
    void add(ScoredTask task, ScoredItem item, String variant) {
      stability.add(
          Stability.spread(item.perplexities(baseline)),
          item.right(task.request(), metric, baseline)
              == item.right(task.request(), metric, variant));
      value.set(stability.value());
    }
  }

  /**
   * @param baseline the evaluation's first variant
   */
  VariantMeters(Series series, ScoredTask task, String variant, String baseline) {
    this.task = task;
    this.variant = variant;
    this.prompts = series.counter(EvaluationMeter.EVALUATION_PROMPTS, variant, task.name());
    this.rightness = rightness(series);
    this.meanNll = series.gauge(EvaluationMeter.VARIANT_NLL_NATS, variant, task.name());
    this.nll = series.histogram(EvaluationMeter.ITEM_NLL_NATS, variant, task.name());
    this.kept = kept(series, baseline);
    for (Metric metric : task.metrics()) {
      if (metric.higherIsBetter()) {
        accuracies.put(metric, accuracy(series, metric));
      } else if (metric != Metric.BITS_PER_BYTE) {
        perplexities.put(
            metric,
            series.gauge(EvaluationMeter.VARIANT_PERPLEXITY, variant, task.name(), metric.id()));
      }
    }
  }

  private @Nullable Kept kept(Series series, String baseline) {
    boolean choices = task.request() == RequestKind.MULTIPLE_CHOICE;
    return !choices || variant.equals(baseline)
        ? null
        : task.rightness()
            .map(metric ->
                new Kept(
                    new Stability(),
                    baseline,
                    metric,
                    series.gauge(EvaluationMeter.VARIANT_STABILITY_RATIO, variant, task.name())))
            .orElse(null);
  }

  private Gauges accuracy(Series series, Metric metric) {
    return new Gauges(
        new RunningMoments(),
        series.gauge(EvaluationMeter.VARIANT_ACCURACY_RATIO, variant, task.name(), metric.id()),
        series.gauge(
            EvaluationMeter.VARIANT_ACCURACY_ERROR_RATIO, variant, task.name(), metric.id()),
        series.gauge(EvaluationMeter.VARIANT_ACCURACY_SAMPLES, variant, task.name()));
  }

  private @Nullable Rightness rightness(Series series) {
    return task.metrics().stream()
        .filter(Metric::higherIsBetter)
        .findFirst()
        .map(metric ->
            new Rightness(
                metric,
                series.counter(EvaluationMeter.EVALUATION_ANSWERS, variant, task.name(), "correct"),
                series.counter(EvaluationMeter.EVALUATION_ANSWERS, variant, task.name(), "wrong")))
        .orElse(null);
  }

  void add(ScoredItem item) {
    double sum = item.logLikelihood(variant);
    logLikelihood += sum;
    items++;
    tokens += item.scoredTokens();
    words += item.size().words();
    bytes += item.size().bytes();
    prompts.inc(item.requests().size());
    accuracies.forEach((metric, gauges) -> gauges.add(item.right(task.request(), metric, variant)));
    if (rightness != null) {
      rightness.add(item.right(task.request(), rightness.metric(), variant));
    }
    if (kept != null) {
      kept.add(task, item, variant);
    }
    perplexities.forEach((metric, gauge) -> gauge.set(perplexity(metric)));
    meanNll.set(-logLikelihood / tokens);
    observe(-sum / item.scoredTokens(), item.docId());
  }

  private void observe(double perToken, long row) {
    String name = variant.substring(0, Math.min(variant.length(), LONGEST_NAME));
    nll.observeWithExemplar(perToken, Labels.of("variant", name, "item", Long.toString(row)));
  }

  /** As results have it at the end. */
  private double perplexity(Metric metric) {
    return switch (metric) {
      case PERPLEXITY -> Math.exp(-logLikelihood / items);
      case TOKEN_PERPLEXITY -> Math.exp(-logLikelihood / tokens);
      case WORD_PERPLEXITY -> Math.exp(-logLikelihood / words);
      case BYTE_PERPLEXITY -> Math.exp(-logLikelihood / bytes);
      case ACC, ACC_NORM, BITS_PER_BYTE ->
          throw new IllegalArgumentException(metric.id() + " is no perplexity");
    };
  }
}
