package dev.sluice.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the image holds, laid out, packed, unpacked elsewhere and run as compose.yaml runs it, without
 * the JDK, the repository and the environment of the build.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(300)
final class ImageTest {
  private static final Path JARS = DockerFiles.FOLDER.resolveSibling("harness/target");
  private static final String SERVING = "sluice: serving at ";

  @TempDir Path folder;

  private Path image = Path.of("");
  private final HttpClient client = HttpClient.newHttpClient();

  @BeforeEach
  void layOut() throws IOException, InterruptedException {
    try (Stream<Path> built = Files.list(JARS)) {
      assumeTrue(
          built.anyMatch(file -> file.getFileName().toString().matches("sluice-harness-.*\\.jar"))
              && Files.isDirectory(JARS.resolve("lib")),
          "no jars in " + JARS + ": mvn -B verify makes them, mvn test does not");
    }
    Path laidOut = folder.resolve("laid-out");
    Path tar = folder.resolve("image.tar");
    image = Files.createDirectory(folder.resolve("image"));
    run(
        Map.of("JAVA_HOME", System.getProperty("java.home")),
        DockerFiles.FOLDER.resolve("layout.sh").toString(),
        laidOut.toString());
    run(Map.of(), "tar", "-cf", tar.toString(), "-C", laidOut.toString(), ".");
    run(Map.of(), "rm", "-r", laidOut.toString());
    run(Map.of(), "tar", "-xf", tar.toString(), "-C", image.toString());
  }

  @AfterEach
  void closeClient() {
    client.close();
  }

  @Test
  void serviceRunsFromTheImageAsTheComposeFileStartsIt() throws Exception {
    Process service = serve();
    try (BufferedReader said = service.inputReader()) {
      URI port = at(said);
      String token = Files.readString(folder.resolve("token")).strip();

      assertThat(get(port, "/readyz", "").statusCode()).isEqualTo(200);
      assertThat(get(port, "/", "").body()).contains("<title>");
      assertThat(get(port, "/metrics", "").body()).contains("sluice_build_info{");
      assertThat(get(port, "/api/v1/jobs", "").statusCode()).isEqualTo(401);
      sweepTheDemo(port, token);

      service.destroy();
      assertThat(service.waitFor(45, TimeUnit.SECONDS)).as("ended in its grace period").isTrue();
      assertThat(service.exitValue()).isZero();
    } finally {
      service.destroyForcibly();
    }
  }

  private void sweepTheDemo(URI port, String token) throws Exception {
    String plan =
        """
        {"kind": "sweep", "plan": {"name": "first", "model": "demo", "calibration": "demo/calibration.txt",
         "calibration-preset": "first", "sequences": "2", "length": "64", "until": "1"}}\
        """;
    HttpResponse<String> made =
        client.send(
            request(port, "/api/v1/jobs", token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(plan))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    String state = "queued";
    while (List.of("queued", "running").contains(state)) {
      state = new JsonObject(get(port, "/api/v1/jobs/first", token).body()).getString("state");
    }
    assertThat(state).isEqualTo("done");
  }

  /** What {@code docker run} would start, with the paths of the image under this folder. */
  private Process serve() throws IOException {
    Files.createDirectories(folder.resolve("models"));
    Files.createDirectories(folder.resolve("data"));
    List<String> command = new ArrayList<>(List.of("bash", DockerFiles.FOLDER + "/serve.sh"));
    for (String word : DockerFiles.strings(DockerFiles.service("sluice"), "command")) {
      command.add(word.matches("/models|/data") ? folder + word : word);
    }
    command.addAll(List.of("--port", "0"));
    ProcessBuilder process = new ProcessBuilder(command).directory(folder.toFile());
    process.environment().clear();
    process
        .environment()
        .putAll(
            Map.of(
                "PATH",
                image.resolve("bin") + ":/usr/bin:/bin",
                "HOME",
                folder.toString(),
                "SLUICE_TOKEN_FILE",
                folder.resolve("token").toString(),
                "SLUICE_JOURNAL",
                folder.resolve("journal").toString(),
                "DJL_CACHE_DIR",
                folder.resolve("natives").toString()));
    return process.redirectError(folder.resolve("stderr.txt").toFile()).start();
  }

  private URI at(BufferedReader said) throws IOException {
    String line = said.readLine();
    while (line != null && !line.startsWith(SERVING)) {
      line = said.readLine();
    }
    assertThat(line).as(Files.readString(folder.resolve("stderr.txt"))).isNotNull();
    return URI.create("http://127.0.0.1:" + URI.create(line.substring(SERVING.length())).getPort());
  }

  private HttpResponse<String> get(URI port, String path, String token) throws Exception {
    return client.send(request(port, path, token).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(URI port, String path, String token) {
    HttpRequest.Builder request = HttpRequest.newBuilder(port.resolve(path));
    return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
  }

  private void run(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    Path said = folder.resolve("said.txt");
    ProcessBuilder process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
    process.environment().putAll(environment);
    assertThat(process.start().waitFor()).as(Files.readString(said)).isZero();
  }
}
