package dev.sluice.harness.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.harness.jobs.Job.State;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobOperationsTest {
  @TempDir private Path journals;
  private Served served;

  @BeforeEach
  void serve() {
    served = Served.open(journals);
  }

  @AfterEach
  void close() {
    served.close();
  }

  @Test
  void aJobIsMadeFromAPlanWithValuesOfAllTypes() {
    HttpResponse<String> made =
        served.ask(
            "POST",
            "/api/v1/jobs",
            """
            {"kind": "sweep", "priority": 7,
             "plan": {"name": "a.b-1", "until": 0.25, "sequences": 10, "boundary-cache": true,
                      "measures": ["kl", "nll"], "model": "demo"}}
            """);
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    assertThat(made.headers().firstValue("Location")).contains("/api/v1/jobs/a.b-1");
    JsonNode job = Served.json(made);
    assertThat(job.path("kind").asText()).isEqualTo("sweep");
    assertThat(job.path("state").asText()).isEqualTo("queued");
    assertThat(job.path("place").asInt()).isEqualTo(1);
    assertThat(job.path("priority").asInt()).isEqualTo(7);
    assertThat(job.path("created").asText()).isEqualTo("2026-01-02T03:04:05Z");
    assertThat(job.path("plan"))
        .hasToString(
            "{\"name\":\"a.b-1\",\"until\":\"0.25\",\"sequences\":\"10\",\"boundary-cache\":\"true\","
                + "\"measures\":\"kl,nll\",\"model\":\"demo\"}");
  }

  @Test
  void jobsAreListedInPages() {
    served.jobs.put("a", State.QUEUED);
    served.jobs.put("b", State.RUNNING);
    served.jobs.put("c", State.QUEUED);
    JsonNode page = Served.json(served.get("/api/v1/jobs?limit=2&offset=1"));
    assertThat(page.path("total").asInt()).isEqualTo(3);
    assertThat(page.path("jobs").findValuesAsText("name")).containsExactly("b", "c");
    assertThat(page.path("jobs").get(0).path("progress").path("share").asDouble()).isEqualTo(0.5);
    assertThat(page.path("jobs").get(1).path("place").asInt()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({"pause,paused", "resume,queued", "cancel,cancelled"})
  void aJobIsSteered(String verb, String state) {
    served.jobs.put("x", State.RUNNING);
    HttpResponse<String> answer =
        served.send("POST", "/api/v1/jobs/x/" + verb, "Origin", served.origin());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    assertThat(Served.json(answer).path("state").asText()).isEqualTo(state);
  }

  @Test
  void aJobIsAdjusted() {
    served.jobs.put("x", State.RUNNING);
    JsonNode job =
        Served.json(served.ask("PATCH", "/api/v1/jobs/x", "{\"memory\":\"2G\",\"priority\":-3}"));
    assertThat(job.path("priority").asInt()).isEqualTo(-3);
    assertThat(job.path("plan").path("memory").asText()).isEqualTo("2G");
  }
}
