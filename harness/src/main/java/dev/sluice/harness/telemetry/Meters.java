package dev.sluice.harness.telemetry;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.datapoints.GaugeDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.core.metrics.MetricWithFixedMetadata;
import io.prometheus.metrics.core.metrics.StatefulMetric;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Every declared meter, made once, and the label sets that it has. A label set is there as long as a
 * {@link Series} holds it. Safe for several threads.
 */
final class Meters {
  private static final String[] NONE = {};

  /** Written where a label set was denied, and never shown. */
  private final Gauge deniedGauge = Gauge.builder().name("denied").build();

  private final Counter deniedCounter = Counter.builder().name("denied").build();
  private final Histogram deniedHistogram =
      Histogram.builder().name("denied").classicOnly().withoutExemplars().build();

  private final PrometheusRegistry registry;
  private final Clock clock;
  private final Duration kept;
  private final Map<Meter, MetricWithFixedMetadata> metrics = new HashMap<>();
  private final Map<Meter, Map<List<String>, Integer>> holders = new HashMap<>();
  private final Queue<Leaving> leaving = new ArrayDeque<>();

  /** Series that have ended, and when they are forgotten. */
  private record Leaving(Instant at, Series series) {}

  /**
   * @param kept how long series stay after their end
   */
  Meters(PrometheusRegistry registry, Clock clock, Duration kept) {
    this.registry = registry;
    this.clock = clock;
    this.kept = kept;
    Meter.all().forEach(meter -> metrics.put(meter, registered(meter)));
  }

  private MetricWithFixedMetadata registered(Meter meter) {
    MeterShape shape = meter.shape();
    String[] labels = meter.labels().toArray(NONE);
    return switch (shape.type()) {
      case COUNTER ->
          Counter.builder()
              .name(meter.id())
              .help(shape.help())
              .labelNames(labels)
              .withoutExemplars()
              .register(registry);
      case GAUGE ->
          Gauge.builder()
              .name(meter.id())
              .help(shape.help())
              .labelNames(labels)
              .withoutExemplars()
              .register(registry);
      case HISTOGRAM ->
          Histogram.builder()
              .name(meter.id())
              .help(shape.help())
              .labelNames(labels)
              .classicOnly()
              .classicUpperBounds(
                  shape.buckets().stream().mapToDouble(Double::doubleValue).toArray())
              .register(registry);
      case INFO ->
          Info.builder().name(meter.id()).help(shape.help()).labelNames(labels).register(registry);
    };
  }

  /** Hold a label set; false where the meter has its most. */
  synchronized boolean hold(Meter meter, List<String> values) {
    Map<List<String>, Integer> sets = holders.computeIfAbsent(meter, m -> new HashMap<>());
    if (!sets.containsKey(values) && sets.size() >= meter.shape().most()) {
      Counter denied = (Counter) metric(ServiceMeter.SERIES_DENIED);
      denied.labelValues(meter.exposed().getFirst()).inc();
      return false;
    }
    sets.merge(values, 1, Integer::sum);
    return true;
  }

  /** Let a label set go that {@link #hold} gave: with its last holder it leaves the registry. */
  synchronized void release(Meter meter, List<String> values) {
    Map<List<String>, Integer> sets = holders.getOrDefault(meter, Map.of());
    if (!sets.containsKey(values)) {
      throw new IllegalStateException(meter.id() + values + " is not held");
    }
    if (sets.merge(values, -1, Integer::sum) > 0) {
      return;
    }
    sets.remove(values);
    String[] labels = values.toArray(NONE);
    switch (metric(meter)) {
      case Info info -> info.remove(labels);
      case StatefulMetric<?, ?> metric -> metric.remove(labels);
      default -> throw new IllegalStateException(meter.id() + " cannot forget");
    }
  }

  GaugeDataPoint gauge(Meter meter, List<String> values, boolean held) {
    Gauge gauge = (Gauge) metric(meter);
    return held ? gauge.labelValues(values.toArray(NONE)) : deniedGauge;
  }

  CounterDataPoint counter(Meter meter, List<String> values, boolean held) {
    Counter counter = (Counter) metric(meter);
    return held ? counter.labelValues(values.toArray(NONE)) : deniedCounter;
  }

  DistributionDataPoint histogram(Meter meter, List<String> values, boolean held) {
    Histogram histogram = (Histogram) metric(meter);
    return held ? histogram.labelValues(values.toArray(NONE)) : deniedHistogram;
  }

  void info(Meter meter, List<String> values) {
    ((Info) metric(meter)).addLabelValues(values.toArray(NONE));
  }

  private MetricWithFixedMetadata metric(Meter meter) {
    MetricWithFixedMetadata metric = metrics.get(meter);
    if (metric == null) {
      throw new IllegalArgumentException(meter.id() + " is not declared");
    }
    return metric;
  }

  synchronized void endLater(Series series) {
    leaving.add(new Leaving(clock.instant().plus(kept), series));
  }

  /** Forget the series whose time is over. */
  void forgetEnded() {
    Instant now = clock.instant();
    for (Leaving due = due(now); due != null; due = due(now)) {
      due.series().forget();
    }
  }

  private synchronized @Nullable Leaving due(Instant now) {
    Leaving first = leaving.peek();
    return first != null && !first.at().isAfter(now) ? leaving.poll() : null;
  }
}
