package dev.sluice.harness.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.harness.access.Secret;
import dev.sluice.harness.documents.Documents;
import dev.sluice.harness.jobs.JobQueue;
import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.server.Limits;
import dev.sluice.harness.server.Server;
import dev.sluice.harness.server.ServerOptions;
import dev.sluice.harness.server.Service;
import dev.sluice.harness.service.JobListeners;
import dev.sluice.harness.service.JobService;
import dev.sluice.harness.service.Roots;
import dev.sluice.harness.telemetry.Telemetry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The service as {@code sluice serve} puts it together, in this process; it can be stopped and started again. */
final class LiveService implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Path folder;
  private final Optional<Secret> token;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private int port;
  private @Nullable Running running;

  private record Running(Telemetry telemetry, Server server, JobQueue jobs) {}

  private LiveService(Path folder, Optional<Secret> token) {
    this.folder = folder;
    this.token = token;
    start();
  }

  /** Over the journal and the folder {@code data} in a folder. */
  static LiveService in(Path folder) {
    return new LiveService(folder, Optional.empty());
  }

  static LiveService withToken(Path folder, String token) {
    return new LiveService(folder, Optional.of(Secret.of(token, "test")));
  }

  /** On the port that it had before. */
  void start() {
    try {
      Path data = Files.createDirectories(folder.resolve("data"));
      JournalFolder journals = new JournalFolder(folder.resolve("journal"));
      Map<String, String> environment = Map.of("HF_HUB_CACHE", folder.resolve("hub").toString());
      Telemetry telemetry = new Telemetry(Clock.systemUTC(), "test");
      Server server = Server.listen(options(), telemetry);
      Roots roots = Roots.of(List.of(), List.of(data), journals, environment);
      JobQueue jobs = JobService.open(journals, roots, JobListeners.NONE);
      server.serve(new Service(jobs, new Documents(journals, roots, environment)));
      port = server.port();
      running = new Running(telemetry, server, jobs);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private ServerOptions options() {
    return new ServerOptions(
        new ServerOptions.Binding("127.0.0.1", port, Set.of(), Optional.empty()),
        token,
        ServerOptions.Metrics.USUAL,
        Limits.USUAL);
  }

  /** As SIGTERM does: jobs stop after their slice and go on after {@link #start}. */
  void stop() {
    if (running != null) {
      running.server().stop(Duration.ofSeconds(1));
      running.jobs().close();
      running.server().close();
      running.telemetry().close();
      running = null;
    }
  }

  String origin() {
    return "http://127.0.0.1:" + port;
  }

  /** A window on it. */
  Tab open(Screen screen) {
    return Chromium.open(screen, origin());
  }

  JsonNode get(String path) {
    return send("GET", path, "");
  }

  void post(String path, String body) {
    send("POST", path, body);
  }

  /** Ask for a job; keys and values of its plan in turn. */
  void start(String kind, String name, String... plan) {
    var body = JSON.createObjectNode().put("kind", kind);
    var keys = body.putObject("plan").put("name", name);
    for (int i = 0; i < plan.length; i += 2) {
      keys.put(plan[i], plan[i + 1]);
    }
    post("/jobs", body.toString());
  }

  /** A sweep of the built-in model; keys and values of its plan in turn. */
  void sweep(String name, String... more) {
    String[] plan =
        new String[] {"model", "demo", "calibration", "demo/calibration.txt", "until", "0.5"};
    String[] all = new String[plan.length + more.length];
    System.arraycopy(plan, 0, all, 0, plan.length);
    System.arraycopy(more, 0, all, plan.length, more.length);
    start("sweep", name, all);
  }

  /** A sweep that takes minutes, of which each candidate is told by itself. */
  void longSweep(String name) {
    sweep(name, "slice", "1", "calibration-preset", "first", "sequences", "60", "threads", "1");
  }

  /** A sweep of seconds. */
  void shortSweep(String name, String... more) {
    List<String> plan =
        new ArrayList<>(
            List.of("slice", "2", "calibration-preset", "first", "sequences", "2", "length", "64"));
    plan.addAll(List.of(more));
    sweep(name, plan.toArray(String[]::new));
  }

  /** JSON of a browser, which writes 1.0 as 1, as the service would write it. */
  static String numbers(JsonNode json) {
    return json.toString().replaceAll("(?<=\\d)\\.0(?=[,}\\]])", "");
  }

  String state(String job) {
    return get("/jobs/" + job).path("state").asText();
  }

  /** Wait until a job is in a state. */
  void await(String job, String state) {
    awaiting(
        "/jobs/" + job,
        found -> {
          String now = found.path("state").asText();
          if (now.equals("failed") && !state.equals("failed")) {
            throw new AssertionError(found.toString());
          }
          return now.equals(state);
        });
  }

  /** What is found at a path once it is as wanted. */
  JsonNode awaiting(String path, Predicate<JsonNode> wanted) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      JsonNode found = get(path);
      if (wanted.test(found)) {
        return found;
      }
      LockSupport.parkNanos(50_000_000);
    }
    throw new AssertionError("not within " + PATIENCE + ": " + get(path));
  }

  private JsonNode send(String method, String path, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(origin() + "/api/v1" + path))
            .header("Content-Type", "application/json")
            .header("Origin", origin())
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    try {
      HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
      assertThat(response.statusCode())
          .as(method + " " + path + ": " + response.body())
          .isLessThan(300);
      return response.body().isEmpty() ? JSON.createObjectNode() : JSON.readTree(response.body());
    } catch (IOException e) {
      throw new AssertionError(method + " " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    stop();
    client.close();
  }
}
