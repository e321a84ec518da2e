package dev.sluice.dashboards;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.dashboards.promql.ForeignMeter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Says what a machine with a GPU and DCGM exporter would, for want of one. */
final class MadeUpGpu implements AutoCloseable {
  private final HttpServer server;
  private long scrapes;

  private MadeUpGpu(HttpServer server) {
    this.server = server;
  }

  static MadeUpGpu start() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    MadeUpGpu gpu = new MadeUpGpu(server);
    server.createContext(
        "/metrics",
        exchange -> {
          byte[] body = gpu.metrics().getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return gpu;
  }

  String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  private String metrics() {
    scrapes++;
    return Arrays.stream(ForeignMeter.values())
        .filter(meter -> meter.origin() == ForeignMeter.Origin.DCGM)
        .map(meter ->
            "%s{gpu=\"0\",UUID=\"GPU-1\",device=\"nvidia0\"} %d%n"
                .formatted(meter.series(), scrapes))
        .collect(
            Collectors.joining(
                "",
                "sluice_device_info{device=\"gpu:0\",uuid=\"GPU-1\",name=\"made up\"} 1\n",
                ""));
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
