package dev.sluice.harness.telemetry;

import dev.sluice.harness.engine.DeviceChoice;
import dev.sluice.harness.evaluation.Instruments;
import dev.sluice.harness.plan.SweepPlan;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The process's meters: whoever runs something asks here for its listener, and whoever is asked for
 * metrics renders them here. One a process. Safe for use by several threads.
 */
public final class Telemetry implements AutoCloseable {
  /**
   * How long the series of what has ended stay: several scrape intervals, so that the last values are
   * stored, and as long as Prometheus looks back for a value.
   */
  public static final Duration KEPT = Duration.ofMinutes(5);

  /**
   * A rendered scrape, not compressed.
   *
   * @param contentType of the body
   * @param body not to be changed
   */
  @SuppressWarnings("ArrayRecordComponent") // Made once, written once, never compared.
  public record Scrape(String contentType, byte[] body) {}

  /** The meters of one job while it runs in this process. */
  public interface OfJob extends AutoCloseable {
    /** What its session is to be opened with. */
    Instruments instruments();

    /** It is in another state; running and done are told by its events. */
    void state(JobState state);

    /** It failed. */
    void failed(Throwable cause);

    /** It runs in this process no more; its last values stay for {@link #KEPT}. */
    @Override
    void close();
  }

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final ExpositionFormats formats = ExpositionFormats.init();
  private final PrometheusMeterRegistry runtime =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, registry, Clock.SYSTEM);
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final java.time.Clock clock;
  private final String version;
  private final Meters meters;
  private final ServiceTelemetry service;
  private final Series process;
  private final DistributionDataPoint scrapes;
  private final Map<DeviceChoice, DeviceMeters> devices = new ConcurrentHashMap<>();

  /**
   * @param version of Sluice
   */
  public Telemetry(java.time.Clock clock, String version) {
    this.clock = clock;
    this.version = version;
    this.meters = new Meters(registry, clock, KEPT);
    this.process = new Series(meters);
    process.info(ServiceMeter.BUILD_INFO, version, Runtime.version().toString());
    this.scrapes = process.histogram(ServiceMeter.SCRAPE_SECONDS);
    this.service = new ServiceTelemetry(process);
    bind(runtime);
    LogContext.install();
  }

  private void bind(MeterRegistry to) {
    new JvmMemoryMetrics().bindTo(to);
    new JvmThreadMetrics().bindTo(to);
    new ClassLoaderMetrics().bindTo(to);
    new ProcessorMetrics().bindTo(to);
    new UptimeMetrics().bindTo(to);
    new FileDescriptorMetrics().bindTo(to);
    collections.bindTo(to);
  }

  /** Everything as it is now, in the format that an Accept header asks for. Not for event loops. */
  public Scrape scrape(@Nullable String accept) {
    long begun = System.nanoTime();
    meters.forgetEnded();
    devices.values().forEach(DeviceMeters::poll);
    ExpositionFormatWriter writer = formats.findWriter(accept);
    ByteArrayOutputStream body = new ByteArrayOutputStream(1 << 16);
    try {
      writer.write(body, registry.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    scrapes.observe((System.nanoTime() - begun) / 1e9);
    return new Scrape(writer.getContentType(), body.toByteArray());
  }

  /**
   * The meters of one sweep that runs in this process. To be made and closed on the thread that runs it,
   * whose log lines name the sweep in between.
   */
  public SweepTelemetry sweep(SweepPlan plan) {
    return new SweepTelemetry(plan, new Series(meters, plan.name()), this);
  }

  /** The meters of one evaluation, as {@link #sweep} gives those of a sweep. */
  public EvaluationTelemetry evaluation(String name) {
    return new EvaluationTelemetry(name, new Series(meters, name), this);
  }

  /** The meters of the service itself. */
  public ServiceTelemetry service() {
    return service;
  }

  DeviceMeters device(DeviceChoice device) {
    return devices.computeIfAbsent(device, d -> new DeviceMeters(d, new Series(meters)));
  }

  /** The series that belong to nobody and stay. */
  Series process() {
    return process;
  }

  String version() {
    return version;
  }

  /** Unix time. */
  double now() {
    return clock.millis() / 1e3;
  }

  @Override
  public void close() {
    collections.close();
    runtime.close();
  }
}
