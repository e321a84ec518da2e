package dev.sluice.harness.server;

import dev.sluice.harness.jobs.JobEvent;
import dev.sluice.harness.telemetry.ServiceTelemetry;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.SignalType;

/**
 * Events to one client as server-sent events. It asks for a few at a time, and for more only when the
 * connection has room: what a slow client has not read waits where it is kept, not here. All fields
 * belong to the context's event loop.
 */
final class EventStream extends BaseSubscriber<JobEvent> {
  static final int BATCH = 16;

  private final RoutingContext routing;
  private final HttpServerResponse response;
  private final Context context;
  private final ServiceTelemetry telemetry;
  private int wanted;
  private boolean waiting;
  private boolean over;

  EventStream(RoutingContext routing, Context context, ServiceTelemetry telemetry) {
    this.routing = routing;
    this.telemetry = telemetry;
    this.response = routing.response();
    this.context = context;
  }

  /** Send the head. On the event loop, before it is subscribed. */
  void begin() {
    response
        .setChunked(true)
        .putHeader("Content-Type", "text/event-stream; charset=utf-8")
        .putHeader("Cache-Control", "no-store")
        .putHeader("X-Accel-Buffering", "no");
    response.write("retry: 2000\n\n");
  }

  @Override
  protected void hookOnSubscribe(Subscription subscription) {
    context.runOnContext(v -> more());
  }

  @Override
  protected void hookOnNext(JobEvent event) {
    context.runOnContext(v -> {
      wanted--;
      if (!over) {
        response.write(encoded(event));
        telemetry.eventsSent(1);
        telemetry.eventsSkipped(event.skipped());
        more();
      }
    });
  }

  @Override
  protected void hookOnComplete() {
    context.runOnContext(v -> end(""));
  }

  @Override
  protected void hookOnError(Throwable failure) {
    context.runOnContext(v -> {
      if (!over) {
        over = true;
        routing.fail(failure);
      }
    });
  }

  @Override
  protected void hookFinally(SignalType type) {
    context.runOnContext(v -> over = true);
  }

  private void more() {
    if (wanted > 0 || over || waiting) {
      return;
    }
    if (response.writeQueueFull()) {
      waiting = true;
      response.drainHandler(v -> {
        waiting = false;
        more();
      });
      return;
    }
    wanted = BATCH;
    request(BATCH);
  }

  /** A comment, so that both sides see that the other is there. */
  void heartbeat() {
    if (!over && !response.writeQueueFull()) {
      response.write(": \n\n");
    }
  }

  /** Send a last comment and end. */
  void end(String comment) {
    if (!over) {
      over = true;
      cancel();
      response.end(comment.isEmpty() ? "" : ": " + comment + "\n\n");
    }
  }

  private static String encoded(JobEvent event) {
    StringBuilder text = new StringBuilder(event.data().length() + 64);
    event.id().ifPresent(id -> text.append("id: ").append(id).append('\n'));
    return text.append("event: ")
        .append(event.type())
        .append("\ndata: ")
        .append(event.data())
        .append("\n\n")
        .toString();
  }
}
