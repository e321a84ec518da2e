package dev.sluice.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.harness.model.TinyCheckpoints;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
class ServeCommandTest {
  private static final Pattern URL = Pattern.compile("sluice: serving at (http://127.0.0.1:\\d+/)");
  private static final String SWEEP =
      "{\"kind\":\"sweep\",\"plan\":{\"name\":\"x\",\"model\":\"tiny\",\"calibration\":\"text.txt\","
          + "\"calibration-preset\":\"first\",\"sequences\":16,\"length\":64,\"until\":1,\"slice\":2,"
          + "\"threads\":1}}";

  @TempDir private Path folder;

  private Ran serve(String... options) {
    List<String> line = new ArrayList<>(List.of("serve", "--port", "0", "--journal"));
    line.add(folder.resolve("journal").toString());
    Collections.addAll(line, options);
    return Ran.of(line.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "192.168.0.7", "my.host"})
  void addressThatOthersReachNeedsAToken(String host) {
    serve("--host", host).refused("--host " + host, "--token-file", "--host 127.0.0.1");
  }

  @ParameterizedTest
  @CsvSource({
    "rw-r-----, 0123456789abcdef, chmod 600",
    "rw----r--, 0123456789abcdef, chmod 600",
    "rw--w----, 0123456789abcdef, chmod 600",
    "rw-------, 0123456789abcde, at least 16",
    "rw-------, 0123456789 abcdef, without spaces",
    "rw-------, '', at least 16"
  })
  void tokenFileIsForItsOwnerAloneAndHoldsAToken(String rights, String token, String rule)
      throws IOException {
    Path file = Files.writeString(folder.resolve("token"), token + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(rights));
    serve("--token-file", file.toString()).refused(file.toString(), rule);
    serve("--metrics-token-file", file.toString()).refused(file.toString(), rule);
  }

  @Test
  void optionsThatCannotBeAreRefused() {
    serve("--token-file", "/nowhere/token").refused("/nowhere/token");
    Ran.of("serve", "--port", "70000").refused("--port 70000", "65535");
    serve("--streams", "0").refused("--streams 0");
    serve("--connections", "-1").refused("--connections -1");
    serve("--stop-within", "-1").refused("--stop-within -1");
    serve("--metrics-path", "/api/v1/jobs").refused("--metrics-path");
    serve("--models", "/nowhere/models").refused("/nowhere/models");
    serve("--data", "/nowhere/data").refused("/nowhere/data");
    serve("--tls-key", "key.pem").refused("--tls-certificate and --tls-key");
    serve("--tls-key", "/nowhere/key.pem", "--tls-certificate", "/nowhere/c.pem").refused("--tls");
  }

  private SluiceProcess start() throws IOException {
    return SluiceProcess.start(
        folder,
        List.of("env", "--default-signal=INT"),
        "serve",
        "--port",
        "0",
        "--journal",
        folder.resolve("journal").toString(),
        "--models",
        folder.resolve("models").toString(),
        "--data",
        folder.toString());
  }

  private static URI url(SluiceProcess process) throws IOException {
    String line = process.line();
    Matcher url = URL.matcher(line == null ? "" : line);
    assertThat(url.matches()).as("%s; stderr:\n%s", line, process.errors()).isTrue();
    return URI.create(url.group(1)).resolve("/api/v1/");
  }

  private static JsonNode ask(HttpRequest.Builder request) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
      return Ran.json(answer.body());
    }
  }

  private static JsonNode get(URI uri) throws Exception {
    return ask(HttpRequest.newBuilder(uri));
  }

  /** Of the sweep, none before it has begun. */
  private static int trials(URI api) throws Exception {
    return get(api.resolve("sweeps")).at("/sweeps/0/trials").asInt();
  }

  private static void awaitTrials(URI api, int more) throws Exception {
    while (trials(api) < more) {
      Thread.onSpinWait();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void signalStopsInOrderAndTheNextStartGoesOn(String signal) throws Exception {
    TinyCheckpoints.write(folder.resolve("models/tiny"), TinyCheckpoints.llama().withBlocks(24));
    Files.writeString(folder.resolve("text.txt"), "the river runs through a gate\n".repeat(400));
    int before;
    try (SluiceProcess process = start()) {
      URI api = url(process);
      ask(
          HttpRequest.newBuilder(api.resolve("jobs"))
              .header("Content-Type", "application/json")
              .header("Sec-Fetch-Site", "same-origin")
              .POST(BodyPublishers.ofString(SWEEP)));
      awaitTrials(api, 2);
      before = trials(api);
      process.signal(signal);
      assertThat(process.exit()).as(process.errors()).isEqualTo(ExitCode.DONE);
      assertThat(process.errors())
          .contains("sluice: stopping after the slice in flight")
          .doesNotContain("\tat ", "did not end");
    }
    try (SluiceProcess process = start()) {
      URI api = url(process);
      assertThat(get(api.resolve("jobs/x")).path("state").asText()).isIn("queued", "running");
      awaitTrials(api, before + 2);
      process.signal(signal);
      assertThat(process.exit()).as(process.errors()).isEqualTo(ExitCode.DONE);
    }
  }
}
