package dev.sluice.harness.telemetry;

import dev.sluice.harness.engine.DeviceOutOfMemory;
import dev.sluice.harness.engine.EngineFailure;
import dev.sluice.scorers.PrerequisiteException;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.datapoints.GaugeDataPoint;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The meters of the service itself: jobs, requests, event streams. Safe for several threads. */
public final class ServiceTelemetry {
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  private static final List<String> REASONS =
      List.of("out_of_memory", "engine", "prerequisite", "internal");

  /** What a job makes. */
  public enum JobKind {
    SWEEP,
    EVALUATION;

    String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A request that has been answered.
   *
   * @param route template such as {@code /api/v1/sweeps/{name}}; of what no route took, {@code none}
   * @param status as sent, for example 404
   */
  public record Request(String route, String method, int status, double seconds) {}

  private final Series series;
  private final GaugeDataPoint queue;
  private final GaugeDataPoint clients;
  private final CounterDataPoint sent;
  private final CounterDataPoint skipped;

  ServiceTelemetry(Series series) {
    this.series = series;
    this.queue = series.gauge(ServiceMeter.JOB_QUEUE_DEPTH);
    this.clients = series.gauge(ServiceMeter.EVENT_STREAM_CLIENTS);
    this.sent = series.counter(ServiceMeter.EVENT_STREAM_EVENTS, "sent");
    this.skipped = series.counter(ServiceMeter.EVENT_STREAM_EVENTS, "skipped");
    for (JobKind kind : JobKind.values()) {
      jobs(kind, Map.of());
      // The first failure is an increase only over a 0 that was scraped before.
      REASONS.forEach(reason -> series.counter(ServiceMeter.JOB_FAILURES, kind.id(), reason));
    }
  }

  /** How many jobs of a kind are in each state; a state that is left out has none. */
  public void jobs(JobKind kind, Map<JobState, Integer> counts) {
    for (JobState state : JobState.values()) {
      series.set(ServiceMeter.JOBS, counts.getOrDefault(state, 0), kind.id(), state.id());
    }
  }

  /** How many jobs wait for the device. */
  public void queueDepth(int jobs) {
    queue.set(jobs);
  }

  /** A job failed. */
  public void failed(JobKind kind, Throwable cause) {
    series.counter(ServiceMeter.JOB_FAILURES, kind.id(), reason(cause)).inc();
  }

  /** Exhausted memory reaches users as a prerequisite; what is behind it decides. */
  private static String reason(Throwable failure) {
    String reason = "internal";
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof DeviceOutOfMemory) {
        return "out_of_memory";
      }
      if (cause instanceof EngineFailure) {
        reason = "engine";
      } else if (cause instanceof PrerequisiteException && reason.equals("internal")) {
        reason = "prerequisite";
      }
    }
    return reason;
  }

  /** A client has connected to an event stream. */
  public void clientConnected() {
    clients.inc();
  }

  /** A client of an event stream has gone. */
  public void clientLeft() {
    clients.dec();
  }

  /** Events went out to a client. */
  public void eventsSent(long events) {
    sent.inc(events);
  }

  /** Events were skipped because their client was slow. */
  public void eventsSkipped(long events) {
    skipped.inc(events);
  }

  /** A request has been answered; those that stay open are not told. */
  public void answered(Request request) {
    DistributionDataPoint times =
        series.histogram(
            ServiceMeter.HTTP_REQUEST_SECONDS,
            request.route(),
            METHODS.contains(request.method()) ? request.method() : "other",
            request.status() / 100 + "xx");
    times.observe(request.seconds());
  }
}
