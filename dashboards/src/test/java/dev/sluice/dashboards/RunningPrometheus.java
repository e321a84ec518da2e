package dev.sluice.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.dashboards.CommittedQueries.Values;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;

/** Debian's Prometheus with the committed configuration and rules, but quicker. */
final class RunningPrometheus implements AutoCloseable {
  /** What came of a query: how many series have a number, or why there is no answer. */
  record Answer(int series, String problem) {
    boolean hasData() {
      return problem.isEmpty() && series > 0;
    }

    @Override
    public String toString() {
      return problem.isEmpty() ? series + " series" : problem;
    }
  }

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final Program program;
  private final URI url;
  private final Instant start = Instant.now();

  private RunningPrometheus(Program program, URI url) {
    this.program = program;
    this.url = url;
  }

  /** Scrapes these addresses each second, and works rules out as often. */
  static RunningPrometheus in(Path folder, List<String> addresses) throws IOException {
    Path from = Generated.MODULE.resolve("prometheus");
    Files.createDirectories(folder.resolve("rules"));
    try (Stream<Path> rules = Files.list(from.resolve("rules"))) {
      for (Path rule : rules.toList()) {
        Files.copy(rule, folder.resolve("rules").resolve(rule.getFileName()));
      }
    }
    Path config = folder.resolve("prometheus.yml");
    String text = Files.readString(from.resolve("prometheus-2.42.yml"));
    text = replaced(text, "scrape_interval: 10s", "scrape_interval: 1s");
    text = replaced(text, "evaluation_interval: 30s", "evaluation_interval: 1s");
    text = replaced(text, "127.0.0.1:8080", String.join("\n          - ", addresses));
    Files.writeString(config, text);
    Program program =
        Program.start(
            folder,
            List.of(
                "prometheus",
                "--config.file=" + config,
                "--storage.tsdb.path=" + folder.resolve("series"),
                "--web.listen-address=127.0.0.1:0",
                "--enable-feature=exemplar-storage"));
    Pattern listening = Pattern.compile("Listening on\" address=(\\S+)");
    Pattern ready = Pattern.compile("(Server is ready) to receive");
    String address = program.awaitLines(listening, ready).getFirst();
    return new RunningPrometheus(program, URI.create("http://" + address));
  }

  private static String replaced(String text, String old, String fresh) {
    assertThat(text).containsOnlyOnce(old);
    return text.replace(old, fresh);
  }

  /** Waits until an expression has a value. */
  void await(String expr) {
    JsonNode answer =
        Flux.interval(Duration.ofMillis(200))
            .map(tick -> get("query", Map.of("query", expr)))
            .filter(json -> !json.at("/data/result").isEmpty())
            .blockFirst(Duration.ofSeconds(30));
    assertThat(answer).as(expr).isNotNull();
  }

  /** Every second since the start. */
  Answer ask(String expr) {
    JsonNode json =
        get(
            "query_range",
            Map.of("query", expr, "start", seconds(start), "end", seconds(now()), "step", "1"));
    if (!json.path("status").asText().equals("success")) {
      return new Answer(0, json.path("error").asText("no answer"));
    }
    List<JsonNode> series = new ArrayList<>();
    json.at("/data/result").forEach(series::add);
    return new Answer((int) series.stream().filter(RunningPrometheus::hasNumber).count(), "");
  }

  private static boolean hasNumber(JsonNode series) {
    for (JsonNode sample : series.get("values")) {
      if (Double.isFinite(Double.parseDouble(sample.get(1).asText().replace("Inf", "Infinity")))) {
        return true;
      }
    }
    return false;
  }

  /** As Grafana fills a variable. */
  List<String> values(Values variable, String selector) {
    JsonNode json = get("label/" + variable.label() + "/values", Map.of("match[]", selector));
    List<String> values = new ArrayList<>();
    json.path("data").forEach(value -> values.add(value.asText()));
    return values;
  }

  /** Names of the labels that exemplars have. */
  List<String> exemplarLabels(String expr) {
    JsonNode json =
        get(
            "query_exemplars",
            Map.of("query", expr, "start", seconds(start), "end", seconds(now())));
    List<String> names = new ArrayList<>();
    json.path("data")
        .findValues("labels")
        .forEach(l -> l.fieldNames().forEachRemaining(names::add));
    return names.stream().distinct().toList();
  }

  /** Health of each rule by its name. */
  Map<String, String> rules() {
    return get("rules", Map.of()).at("/data/groups").findValues("rules").stream()
        .flatMap(rules -> {
          List<JsonNode> all = new ArrayList<>();
          rules.forEach(all::add);
          return all.stream();
        })
        .collect(
            Collectors.toMap(
                rule -> rule.get("name").asText(), rule -> rule.get("health").asText()));
  }

  Duration range() {
    return Duration.between(start, now());
  }

  private static Instant now() {
    return Instant.now();
  }

  private static String seconds(Instant at) {
    return String.valueOf(at.toEpochMilli() / 1000.0);
  }

  private JsonNode get(String path, Map<String, String> parameters) {
    String query =
        parameters.entrySet().stream()
            .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    HttpRequest request =
        HttpRequest.newBuilder(url.resolve("/api/v1/" + path + "?" + query)).build();
    try {
      return JSON.readTree(client.send(request, HttpResponse.BodyHandlers.ofString()).body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
    program.close();
  }
}
