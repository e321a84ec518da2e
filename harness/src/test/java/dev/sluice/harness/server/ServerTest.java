package dev.sluice.harness.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.harness.jobs.Job.State;
import dev.sluice.harness.telemetry.Telemetry;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the server starts, stops, fails, and tells of itself. */
class ServerTest {
  @TempDir private Path journals;

  @Test
  void isReadyOnceItHasWhatItServes() {
    try (Served served = Served.starting()) {
      assertThat(served.get("/healthz").statusCode()).isEqualTo(200);
      assertThat(served.get("/readyz").statusCode()).isEqualTo(503);
      HttpResponse<String> early = served.get("/api/v1/jobs");
      assertThat(early.statusCode()).isEqualTo(503);
      assertThat(early.headers().firstValue("Retry-After")).isPresent();
      assertThat(served.get("/metrics").statusCode()).isEqualTo(200);
    }
    try (Served served = Served.open(journals)) {
      assertThat(served.get("/readyz").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void answersWhatWasAskedBeforeItStops() throws Exception {
    try (Served served = Served.open(journals)) {
      CountDownLatch asked = new CountDownLatch(1);
      CountDownLatch answer = new CountDownLatch(1);
      served.jobs.before =
          () -> {
            asked.countDown();
            try {
              answer.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          };
      CompletableFuture<HttpResponse<String>> inFlight =
          CompletableFuture.supplyAsync(() -> served.get("/api/v1/jobs"));
      asked.await();
      CompletableFuture<Void> stopped =
          CompletableFuture.runAsync(() -> served.server.stop(Duration.ofSeconds(60)));
      answer.countDown();
      assertThat(inFlight.get().statusCode()).as("what was being answered").isEqualTo(200);
      stopped.get();
      assertThatThrownBy(() -> served.get("/healthz")).hasRootCauseInstanceOf(IOException.class);
    }
  }

  @Test
  void portThatIsTakenIsToldInOneLine() {
    try (Served served = Served.open(journals);
        Telemetry telemetry = new Telemetry(Clock.systemUTC(), "test")) {
      ServerOptions same =
          new ServerOptions(
              new ServerOptions.Binding(
                  "127.0.0.1", served.server.port(), Set.of(), Optional.empty()),
              Optional.empty(),
              ServerOptions.Metrics.USUAL,
              Limits.USUAL);
      assertThatThrownBy(() -> Server.listen(same, telemetry))
          .isInstanceOf(PrerequisiteException.class)
          .hasMessageContaining("127.0.0.1:" + served.server.port())
          .hasMessageContaining("--port");
    }
  }

  @Test
  void defectIsAReferenceForTheClient() {
    try (Served served = Served.open(journals)) {
      served.jobs.before =
          () -> {
            throw new IllegalStateException("secret of the inner parts");
          };
      HttpResponse<String> answer = served.get("/api/v1/jobs");
      assertThat(answer.statusCode()).isEqualTo(500);
      JsonNode problem = Served.json(answer);
      assertThat(problem.path("detail").asText()).matches(".* as [0-9a-f]{12}");
      assertThat(answer.body()).doesNotContain("secret", "IllegalState", "dev.sluice");
      served.jobs.before = () -> {};
      assertThat(served.get("/api/v1/jobs").statusCode()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"kind\":\"sweep\",\"plan\":{\"mesure\":\"x\"}} | 422 | mesure",
        "{\"kind\":\"swep\",\"plan\":{}} | 400 | kind",
        "{\"kind\":\"sweep\"} | 400 | plan",
        "{\"kind\":\"sweep\",\"plan\":{},\"more\":1} | 400 | more",
        "{\"kind\":\"sweep\",\"plan\":{},\"priority\":1000} | 400 | priority",
        "{\"kind\": | 400 | ''",
        "[] | 400 | ''"
      })
  void bodyThatDoesNotKeepToTheContractIsNamed(String body, int status, String named) {
    try (Served served = Served.open(journals)) {
      HttpResponse<String> answer = served.ask("POST", "/api/v1/jobs", body);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
      assertThat(Served.json(answer).path("detail").asText())
          .contains(named)
          .isNotEqualTo("refused");
    }
  }

  @Test
  void contractIsServedAsItIsWritten() {
    try (Served served = Served.open(journals)) {
      Contract contract = Contract.read();
      assertThat(served.get("/api/v1/openapi.yaml").body()).isEqualTo(contract.yaml());
      JsonNode json = Served.json(served.get("/api/v1/openapi.json"));
      assertThat(json.at("/paths/~1jobs/post/operationId").asText()).isEqualTo("createJob");
      assertThat(json.at("/servers/0/url").asText()).isEqualTo("/api/v1");
    }
  }

  @Test
  void scraperGetsTheFormatThatItAsksFor() {
    try (Served served = Served.open(journals)) {
      assertThat(served.get("/metrics").headers().firstValue("Content-Type").orElse(""))
          .startsWith("text/plain; version=0.0.4");
      HttpResponse<String> open =
          served.get("/metrics", "Accept", "application/openmetrics-text; version=1.0.0");
      assertThat(open.headers().firstValue("Content-Type").orElse(""))
          .startsWith("application/openmetrics-text");
      assertThat(open.body()).endsWith("# EOF\n");
      assertThat(
              served
                  .get("/metrics", "Accept-Encoding", "gzip")
                  .headers()
                  .firstValue("Content-Encoding"))
          .contains("gzip");
    }
  }

  @Test
  void metersTellOfJobsAndRequests() {
    try (Served served = Served.open(journals)) {
      served.jobs.put("a", State.QUEUED);
      served.jobs.put("b", State.QUEUED);
      served.jobs.put("c", State.RUNNING);
      served.get("/api/v1/jobs/a");
      served.get("/api/v1/jobs/nobody");
      served.get("/api/v1/jobs/nobody");
      served.get("/api/v1/what?secret=1");
      served.send("POST", "/api/v1/jobs/a/pause");
      String scrape = served.get("/metrics").body();
      assertThat(value(scrape, "sluice_jobs{kind=\"sweep\",state=\"queued\"}")).isEqualTo("2.0");
      assertThat(value(scrape, "sluice_jobs{kind=\"sweep\",state=\"running\"}")).isEqualTo("1.0");
      assertThat(value(scrape, "sluice_jobs{kind=\"evaluation\",state=\"queued\"}"))
          .isEqualTo("0.0");
      assertThat(value(scrape, "sluice_job_queue_depth")).isEqualTo("2.0");
      assertThat(requests(scrape, "GET", "/api/v1/jobs/{name}", "2xx")).isEqualTo("1");
      assertThat(requests(scrape, "GET", "/api/v1/jobs/{name}", "4xx")).isEqualTo("2");
      assertThat(requests(scrape, "POST", "/api/v1/jobs/{name}/pause", "4xx")).isEqualTo("1");
      assertThat(requests(scrape, "GET", "none", "4xx")).isEqualTo("1");
      assertThat(scrape).doesNotContain("secret", "nobody");
    }
  }

  private static String requests(String scrape, String method, String route, String status) {
    return value(
        scrape,
        "sluice_http_request_seconds_count{method=\"%s\",route=\"%s\",status=\"%s\"}"
            .formatted(method, route, status));
  }

  private static String value(String scrape, String series) {
    Matcher line =
        Pattern.compile("^" + Pattern.quote(series) + " (\\S+)$", Pattern.MULTILINE)
            .matcher(scrape);
    return line.find() ? line.group(1) : "none";
  }
}
