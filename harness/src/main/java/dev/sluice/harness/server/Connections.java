package dev.sluice.harness.server;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import java.util.concurrent.atomic.AtomicInteger;

/** A bound on open connections. */
final class Connections {
  private final int most;
  private final AtomicInteger open = new AtomicInteger();

  Connections(Limits limits) {
    this.most = limits.connections();
  }

  void watch(HttpServer http) {
    http.connectionHandler(this::opened);
  }

  private void opened(HttpConnection connection) {
    int count = open.incrementAndGet();
    connection.closeHandler(v -> open.decrementAndGet());
    if (count > most) {
      connection.close();
    }
  }
}
