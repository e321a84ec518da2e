package dev.sluice.harness.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.harness.access.Secret;
import dev.sluice.harness.documents.Documents;
import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.service.Roots;
import dev.sluice.harness.telemetry.Telemetry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.Assertions;

/** A server on a free port over fake jobs, and a client. */
final class Served implements AutoCloseable {
  static final String TOKEN = "0123456789abcdef0123";

  private static final ObjectMapper JSON = new ObjectMapper();

  final FakeJobs jobs = new FakeJobs();
  final Server server;
  final JournalFolder journals;
  private final Telemetry telemetry = new Telemetry(Clock.systemUTC(), "test");
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private Served(ServerOptions options, Path folder) {
    server = Server.listen(options, telemetry);
    journals = new JournalFolder(folder);
    Map<String, String> environment = Map.of("HF_HUB_CACHE", folder.resolve("hub").toString());
    Roots roots = Roots.of(List.of(), List.of(), journals, environment);
    server.serve(new Service(jobs, new Documents(journals, roots, environment)));
  }

  static Served open(Path journals) {
    return new Served(options(Optional.empty(), ServerOptions.Metrics.USUAL), journals);
  }

  static Served withToken(Path journals) {
    Optional<Secret> token = Optional.of(Secret.of(TOKEN, "test"));
    return new Served(options(token, ServerOptions.Metrics.USUAL), journals);
  }

  static Served with(ServerOptions options, Path journals) {
    return new Served(options, journals);
  }

  static ServerOptions options(Optional<Secret> token, ServerOptions.Metrics metrics) {
    return options(token, metrics, Limits.USUAL);
  }

  static ServerOptions options(
      Optional<Secret> token, ServerOptions.Metrics metrics, Limits limits) {
    return new ServerOptions(
        new ServerOptions.Binding("127.0.0.1", 0, Set.of("sluice.test"), Optional.empty()),
        token,
        metrics,
        limits);
  }

  String origin() {
    return "http://127.0.0.1:" + server.port();
  }

  /** A request without a body; {@code headers} are names and values in turn. */
  HttpResponse<String> send(String method, String path, String... headers) {
    return send(method, path, Optional.empty(), headers);
  }

  HttpResponse<String> get(String path, String... headers) {
    return send("GET", path, headers);
  }

  /** A request as the page makes it. */
  HttpResponse<String> ask(String method, String path, String body) {
    return send(
        method, path, Optional.of(body), "Content-Type", "application/json", "Origin", origin());
  }

  HttpResponse<String> send(String method, String path, Optional<String> body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(origin() + path))
            .timeout(Duration.ofSeconds(20))
            .method(method, body.map(BodyPublishers::ofString).orElseGet(BodyPublishers::noBody));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Assertions.fail(e);
    }
  }

  static JsonNode json(HttpResponse<String> response) {
    try {
      return JSON.readTree(response.body());
    } catch (IOException e) {
      return Assertions.fail(response.statusCode() + ": " + response.body(), e);
    }
  }

  /** What comes back for bytes that no client library would send. */
  String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Override
  public void close() {
    client.close();
    server.close();
    telemetry.close();
  }
}
