package dev.sluice.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code sluice serve} in a process of its own, with data that the demo model can be asked about. */
final class ServedSluice implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final Program program;
  private final URI url;

  private ServedSluice(Program program, URI url) {
    this.program = program;
    this.url = url;
  }

  static ServedSluice in(Path folder) throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    List<String> stories = stories();
    write(data.resolve("lambada.jsonl"), stories, "{\"text\": \"%s\"}");
    write(
        data.resolve("boolq.jsonl"),
        stories,
        "{\"passage\": \"%s\", \"question\": \"is it\", \"label\": true}");
    write(data.resolve("wikitext.jsonl"), stories.subList(0, 20), "{\"page\": \"%s\"}");
    Program program =
        Program.start(
            folder,
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + folder,
                "-cp",
                System.getProperty("java.class.path"),
                "dev.sluice.harness.cli.Main",
                "serve",
                "--port=0",
                "--journal=" + folder.resolve("journal"),
                "--data=" + data));
    Pattern serving = Pattern.compile("serving at (http://\\S+)");
    return new ServedSluice(program, URI.create(program.awaitLines(serving).getFirst()));
  }

  /** As short as the demo model's context asks for, and without what JSON would need escaped. */
  private static List<String> stories() throws IOException {
    try (var text =
        Objects.requireNonNull(ServedSluice.class.getResourceAsStream("/demo/heldout.txt"))) {
      List<String> stories =
          new String(text.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.isBlank())
              .map(line -> line.replaceAll("[^A-Za-z. ]", "").substring(0, 150))
              .map(line -> line.substring(0, line.lastIndexOf(' ')))
              .toList();
      assertThat(stories).hasSizeGreaterThan(100);
      return stories;
    }
  }

  private static void write(Path file, List<String> stories, String row) throws IOException {
    Files.write(file, stories.stream().map(row::formatted).toList());
  }

  String address() {
    return url.getAuthority();
  }

  /** Puts a job in line. */
  void submit(String kind, Map<String, String> plan) throws IOException, InterruptedException {
    String body = JSON.writeValueAsString(Map.of("kind", kind, "plan", plan));
    HttpRequest request =
        HttpRequest.newBuilder(url.resolve("/api/v1/jobs"))
            .header("Content-Type", "application/json")
            .header("Origin", "http://" + address())
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
  }

  /** Reads a job's events until there are no more, and says how it stands then. */
  String await(String job) throws IOException, InterruptedException {
    HttpRequest events =
        HttpRequest.newBuilder(url.resolve("/api/v1/jobs/" + job + "/events")).build();
    HttpResponse<Stream<String>> response =
        client.send(events, HttpResponse.BodyHandlers.ofLines());
    String ends = "\"name\":\"%s\".*\"state\":\"(done|failed|cancelled)\"".formatted(job);
    Pattern end = Pattern.compile(ends);
    try (var lines = response.body()) {
      return lines
          .map(end::matcher)
          .filter(Matcher::find)
          .map(matcher -> matcher.group(1))
          .findFirst()
          .orElseThrow();
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
    program.close();
  }
}
