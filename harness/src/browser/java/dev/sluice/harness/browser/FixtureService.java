package dev.sluice.harness.browser;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A service that says what a test tells it to: the page's files, canned JSON by method and path, event
 * streams that are written and broken at will. For states that a real one is in for a moment only.
 */
final class FixtureService implements AutoCloseable {
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  private static final String API = "/api/v1";
  private static final String PAGE = "/dev/sluice/harness/server/page";
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Canned> canned = new ConcurrentHashMap<>();
  private final Map<String, EventChannel> channels = new ConcurrentHashMap<>();

  private record Canned(int status, String body) {}

  FixtureService() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
    json("GET /sweeps", "{\"sweeps\":[],\"total\":0}");
    json("GET /evaluations", "{\"evaluations\":[],\"total\":0}");
    json("GET /jobs", "{\"jobs\":[],\"total\":0}");
    json("GET /session", "{\"tokenNeeded\":false,\"open\":true}");
  }

  String url(String path) {
    return "http://localhost:" + server.getAddress().getPort() + path;
  }

  /** Answer with this from now on, such as {@code GET /jobs}; a query is not looked at. */
  void json(String methodAndPath, String body) {
    status(methodAndPath, 200, body);
  }

  void status(String methodAndPath, int status, String body) {
    canned.put(methodAndPath, new Canned(status, body));
  }

  /** The stream at a path of the API. */
  EventChannel events(String path) {
    return channels.computeIfAbsent(path, p -> new EventChannel());
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Security-Policy", POLICY);
      String path = exchange.getRequestURI().getPath();
      if (path.startsWith(API)) {
        api(exchange, path.substring(API.length()));
      } else {
        file(exchange, path);
      }
    }
  }

  private void api(HttpExchange exchange, String path) throws IOException {
    String method = exchange.getRequestMethod();
    String query = Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse("");
    EventChannel channel = channels.get(path);
    if (channel != null) {
      channel.serve(exchange, query.startsWith("after=") ? query.substring(6) : "");
      return;
    }
    Canned found = canned.get(method + " " + path);
    if (found == null) {
      found = new Canned(404, "{\"title\":\"Not Found\",\"status\":404,\"type\":\"about:blank\"}");
    }
    String type = found.status < 400 ? "application/json" : "application/problem+json";
    send(exchange, found.status, type, found.body.getBytes(StandardCharsets.UTF_8));
  }

  private static void file(HttpExchange exchange, String path) throws IOException {
    int dot = path.lastIndexOf('.');
    String ending = dot < 0 ? "html" : path.substring(dot + 1);
    String name = TYPES.containsKey(ending) && dot > 0 ? path : "/index.html";
    try (InputStream in = FixtureService.class.getResourceAsStream(PAGE + name)) {
      if (in == null) {
        send(exchange, 404, "text/plain", new byte[0]);
      } else {
        String type = TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "text/plain");
        send(exchange, 200, type, in.readAllBytes());
      }
    }
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
      }
    }
  }

  @Override
  public void close() {
    channels.values().forEach(EventChannel::drop);
    server.stop(0);
    threads.shutdownNow();
  }
}
