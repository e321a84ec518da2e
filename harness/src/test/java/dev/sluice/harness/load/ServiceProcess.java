package dev.sluice.harness.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.cli.SluiceProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code sluice serve} in a process of its own, and requests to it. */
final class ServiceProcess implements AutoCloseable {
  private static final Pattern URL = Pattern.compile("http://[^ /]+:\\d+");
  private static final double KIB = 1024;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SluiceProcess process;
  private final URI base;
  private final HttpClient client = HttpClient.newHttpClient();

  private ServiceProcess(SluiceProcess process, URI base) {
    this.process = process;
    this.base = base;
  }

  /**
   * Start it on any port and wait until it answers.
   *
   * @param folder for what it says on stderr and for what it unpacks
   */
  static ServiceProcess start(Path folder, String... options) throws IOException {
    return start(folder, List.of(), options);
  }

  /** As {@link #start(Path, String...)}, with words before the command line. */
  static ServiceProcess start(Path folder, List<String> prefix, String... options)
      throws IOException {
    List<String> line = new ArrayList<>(List.of("serve", "--port", "0"));
    Collections.addAll(line, options);
    SluiceProcess process = SluiceProcess.start(folder, prefix, line.toArray(String[]::new));
    String said = process.line();
    while (said != null) {
      Matcher url = URL.matcher(said);
      if (url.find()) {
        return new ServiceProcess(process, URI.create(url.group()));
      }
      said = process.line();
    }
    throw new AssertionError("the service told no URL; stderr:\n" + process.errors());
  }

  URI base() {
    return base;
  }

  /** Bytes of memory that it holds. */
  double resident() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) * KIB)
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Have it collect all its garbage. */
  void collectGarbage() {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    try {
      int status =
          new ProcessBuilder(jcmd.toString(), "" + process.pid(), "GC.run")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .onExit()
              .join()
              .exitValue();
      assertThat(status).as("jcmd's exit").isZero();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  HttpResponse<String> get(String path) throws IOException {
    return send(HttpRequest.newBuilder(base.resolve(path)).build());
  }

  JsonNode json(String path) throws IOException {
    HttpResponse<String> response = get(path);
    assertThat(response.statusCode()).as("%s: %s", path, response.body()).isEqualTo(200);
    return JSON.readTree(response.body());
  }

  HttpResponse<String> post(String path, String body) throws IOException {
    return send(
        HttpRequest.newBuilder(base.resolve(path))
            .header("Content-Type", "application/json")
            .header("Origin", base.toString())
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  /** The jobs that it knows. */
  JsonNode jobs() throws IOException {
    return json("/api/v1/jobs?limit=1000").get("jobs");
  }

  /** Put a sweep in line. */
  void submitSweep(Map<String, String> plan) throws IOException {
    ObjectNode request = JSON.createObjectNode().put("kind", "sweep");
    ObjectNode keys = request.putObject("plan");
    plan.forEach(keys::put);
    HttpResponse<String> response = post("/api/v1/jobs", request.toString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
  }

  private HttpResponse<String> send(HttpRequest request) throws IOException {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  String errors() throws IOException {
    return process.errors();
  }

  /** SIGKILL. */
  void kill() {
    process.kill();
    process.exit();
  }

  /** SIGTERM; the exit status. */
  int terminate() throws IOException, InterruptedException {
    process.signal("TERM");
    return process.exit();
  }

  @Override
  public void close() {
    client.close();
    process.close();
  }
}
