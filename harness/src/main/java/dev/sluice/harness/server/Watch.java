package dev.sluice.harness.server;

import dev.sluice.harness.jobs.Job;
import dev.sluice.harness.telemetry.JobState;
import dev.sluice.harness.telemetry.ServiceTelemetry;
import dev.sluice.harness.telemetry.Telemetry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.RoutingContext;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts connections and requests, and ends what takes too long. All but {@link #scrape} belongs to the
 * one event loop.
 */
final class Watch {
  private static final double NANOS = 1e9;
  private static final String DEADLINE = "deadline";

  private final Vertx vertx;
  private final Limits limits;
  private final Telemetry telemetry;

  /** Open connections, with the timer that ends one that says nothing. */
  private final Map<HttpConnection, Long> connections = new HashMap<>();

  Watch(Vertx vertx, Limits limits, Telemetry telemetry) {
    this.vertx = vertx;
    this.limits = limits;
    this.telemetry = telemetry;
  }

  void connections(HttpServer http) {
    http.connectionHandler(this::opened);
  }

  private void opened(HttpConnection connection) {
    if (connections.size() >= limits.connections()) {
      connection.close();
      return;
    }
    connections.put(
        connection,
        vertx.setTimer(limits.times().request().toMillis(), timer -> connection.close()));
    connection.closeHandler(v -> {
      @Nullable Long timer = connections.remove(connection);
      if (timer != null) {
        vertx.cancelTimer(timer);
      }
    });
  }

  /** Note a request, which must end in time. */
  void request(RoutingContext context) {
    long start = System.nanoTime();
    @Nullable Long silence = connections.get(context.request().connection());
    if (silence != null) {
      vertx.cancelTimer(silence);
    }
    long deadline =
        vertx.setTimer(
            limits.times().request().toMillis(),
            timer ->
                context.fail(
                    Problem.of(503, "the answer took too long and was given up: try again later")
                        .with("Connection", "close")
                        .thrown()));
    context.put(DEADLINE, deadline);
    context.addEndHandler(done -> {
      if (vertx.cancelTimer(deadline) || context.failed()) {
        answered(context, (System.nanoTime() - start) / NANOS);
      }
    });
    context.next();
  }

  private void answered(RoutingContext context, double seconds) {
    @Nullable String route = context.get(Api.ROUTE);
    telemetry
        .service()
        .answered(
            new ServiceTelemetry.Request(
                route == null ? "none" : route,
                context.request().method().name(),
                context.response().getStatusCode(),
                seconds));
  }

  /** A request that may stay open for as long as it likes. */
  void unlimited(RoutingContext context) {
    @Nullable Long deadline = context.get(DEADLINE);
    if (deadline != null) {
      vertx.cancelTimer(deadline);
    }
  }

  /** All metrics, with where jobs stand. Not on the event loop. */
  Reply scrape(@Nullable String accept, List<Job> jobs) {
    for (ServiceTelemetry.JobKind kind : ServiceTelemetry.JobKind.values()) {
      Map<JobState, Integer> counts = new EnumMap<>(JobState.class);
      jobs.stream()
          .filter(job -> job.kind().name().equals(kind.name()))
          .forEach(job -> counts.merge(JobState.valueOf(job.state().name()), 1, Integer::sum));
      telemetry.service().jobs(kind, counts);
    }
    long queued = jobs.stream().filter(job -> job.state() == Job.State.QUEUED).count();
    telemetry.service().queueDepth(Math.toIntExact(queued));
    Telemetry.Scrape scrape = telemetry.scrape(accept);
    return Reply.of(200, scrape.contentType(), scrape.body());
  }

  ServiceTelemetry service() {
    return telemetry.service();
  }
}
