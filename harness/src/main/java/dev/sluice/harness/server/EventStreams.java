package dev.sluice.harness.server;

import dev.sluice.harness.jobs.JobEvent;
import dev.sluice.harness.jobs.Jobs;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** All open streams of events. */
final class EventStreams {
  private final Vertx vertx;
  private final Workers workers;
  private final Limits limits;
  private final Watch watch;
  private final Supplier<Jobs> jobs;
  private final Set<EventStream> open = ConcurrentHashMap.newKeySet();

  EventStreams(Vertx vertx, Workers workers, Limits limits, Watch watch, Supplier<Jobs> jobs) {
    this.vertx = vertx;
    this.workers = workers;
    this.limits = limits;
    this.watch = watch;
    this.jobs = jobs;
    vertx.setPeriodic(
        limits.times().heartbeat().toMillis(), timer -> open.forEach(EventStream::heartbeat));
  }

  Map<String, Handler<RoutingContext>> all() {
    return Map.of(
        "events",
        context -> stream(context, this::ofAll),
        "jobEvents",
        context -> stream(context, this::ofOne));
  }

  /** The events that a request asks for; may block. */
  private interface Source {
    Flux<JobEvent> of(Call call, Optional<String> after);
  }

  private Flux<JobEvent> ofAll(Call call, Optional<String> after) {
    return jobs.get().events(after);
  }

  private Flux<JobEvent> ofOne(Call call, Optional<String> after) {
    // A stream that has begun can no longer say that there is no such job.
    return jobs.get().events(jobs.get().get(call.name()).name(), after);
  }

  private void stream(RoutingContext context, Source source) {
    if (open.size() >= limits.streams()) {
      throw Problem.of(
              429,
              "%d event streams are open, which is the limit: close one, or try again later"
                  .formatted(limits.streams()))
          .with("Retry-After", "10")
          .thrown();
    }
    watch.unlimited(context);
    EventStream stream = new EventStream(context, vertx.getOrCreateContext(), watch.service());
    add(stream);
    context.response().closeHandler(v -> remove(stream));
    context.response().endHandler(v -> remove(stream));
    Call call = Api.call(context);
    Optional<String> after = call.header("Last-Event-ID").or(() -> call.text("after"));
    workers
        .run(() -> source.of(call, after))
        .onSuccess(events -> {
          if (!stream.isDisposed()) {
            stream.begin();
            // Subscribing and asking for more may read a journal.
            events.subscribeOn(Schedulers.boundedElastic()).subscribe(stream);
          }
        })
        .onFailure(failure -> {
          remove(stream);
          context.fail(failure);
        });
  }

  private void add(EventStream stream) {
    open.add(stream);
    watch.service().clientConnected();
  }

  private void remove(EventStream stream) {
    if (open.remove(stream)) {
      watch.service().clientLeft();
      stream.cancel();
    }
  }

  /** End all, as the service stops. On the event loop. */
  void close() {
    List.copyOf(open).forEach(stream -> stream.end("bye"));
  }
}
