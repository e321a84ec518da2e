package dev.sluice.harness.server;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Threads for what would block an event loop, and a bound on what waits for them. */
final class Workers {
  private final WorkerExecutor executor;
  private final AtomicInteger busy = new AtomicInteger();
  private final int most;

  Workers(Vertx vertx, Limits limits) {
    this.executor =
        vertx.createSharedWorkerExecutor(
            "server-worker",
            limits.workers(),
            limits.times().request().toMillis(),
            TimeUnit.MILLISECONDS);
    this.most = limits.workers() + Limits.WAITING;
  }

  /** Run something; fails with a {@link Problem} where too much waits already. */
  <T> Future<@Nullable T> run(Callable<T> work) {
    if (busy.incrementAndGet() > most) {
      busy.decrementAndGet();
      return Future.failedFuture(
          Problem.of(503, "too many requests wait for an answer: try again in a moment")
              .with("Retry-After", "1")
              .thrown());
    }
    return executor.executeBlocking(work, false).onComplete(done -> busy.decrementAndGet());
  }
}
