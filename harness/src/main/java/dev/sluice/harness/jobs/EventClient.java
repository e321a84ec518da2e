package dev.sluice.harness.jobs;

import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.scheduler.Scheduler;

/**
 * One subscriber of a stream of events. It has a place in what is kept elsewhere and no events of its
 * own; the next one is looked for, and encoded, when it is asked for.
 */
abstract class EventClient {
  private final FluxSink<JobEvent> sink;
  private final Scheduler.Worker worker;
  private final AtomicInteger signals = new AtomicInteger();

  EventClient(FluxSink<JobEvent> sink, Scheduler scheduler) {
    this.sink = sink;
    this.worker = scheduler.createWorker();
  }

  /**
   * A stream that makes a client for each subscriber. Cold; emits on a worker of the scheduler; a
   * cancel frees the worker.
   *
   * @param clients holds the client while it is subscribed
   */
  static Flux<JobEvent> stream(
      Set<EventClient> clients, Function<FluxSink<JobEvent>, EventClient> make) {
    return Flux.create(
        sink -> {
          EventClient client = make.apply(sink);
          clients.add(client);
          sink.onDispose(() -> {
            clients.remove(client);
            client.worker.dispose();
          });
          sink.onRequest(n -> client.signal());
          client.signal();
        },
        // Never happens: nothing is emitted that was not requested.
        FluxSink.OverflowStrategy.ERROR);
  }

  /** The next event that is due; null where there is none. Called by one thread at a time. */
  abstract @Nullable JobEvent next();

  /** Whether nothing is left and nothing will come. */
  abstract boolean finished();

  /** Something may have become due. May be called by any thread and returns at once. */
  final void signal() {
    if (signals.getAndIncrement() == 0) {
      try {
        worker.schedule(this::drain);
      } catch (RejectedExecutionException e) {
        // Cancelled meanwhile, or the service ends.
        sink.complete();
      }
    }
  }

  /** End the stream as it stands. */
  final void complete() {
    sink.complete();
  }

  private void drain() {
    int seen;
    do {
      seen = signals.get();
      emit();
    } while (signals.addAndGet(-seen) != 0);
  }

  // Whatever goes wrong here belongs to the subscriber, not to a thread that serves others as well.
  private void emit() {
    try {
      while (!sink.isCancelled() && sink.requestedFromDownstream() > 0) {
        JobEvent event = next();
        if (event == null) {
          break;
        }
        sink.next(event);
      }
      if (!sink.isCancelled() && finished()) {
        sink.complete();
      }
    } catch (RuntimeException e) {
      sink.error(e);
    }
  }
}
