package dev.sluice.harness.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Journals that cannot be read, and requests that cannot be meant, are told and do no more. */
class DamagedTest {
  @TempDir private Path journals;
  private Served served;
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  private static Logger root() {
    return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }

  @BeforeEach
  void serve() throws IOException {
    Files.writeString(journals.resolve("bad.sluice.db"), "no database ".repeat(1000));
    Files.writeString(journals.resolve("worse.eval.gz"), "no database ".repeat(1000));
    served = Served.open(journals);
    log.start();
    root().addAppender(log);
  }

  @AfterEach
  void close() {
    root().detachAppender(log);
    served.close();
  }

  private void quiet() {
    assertThat(log.list).noneMatch(line -> line.getLevel().isGreaterOrEqual(Level.WARN));
  }

  @Test
  void sweepThatCannotBeReadIsListedAsSuch() {
    JsonNode sweep = Served.json(served.get("/api/v1/sweeps")).at("/sweeps/0");
    assertThat(sweep.path("name").asText()).isEqualTo("bad");
    assertThat(sweep.path("state").asText()).isEqualTo("unreadable");
    assertThat(sweep.path("problem").asText()).isNotBlank().doesNotContain(journals.toString());
    for (String part : List.of("steps", "candidates", "variants", "report", "prompts/0")) {
      HttpResponse<String> answer = served.get("/api/v1/sweeps/bad/" + part);
      assertThat(answer.statusCode()).as(part + ": " + answer.body()).isEqualTo(422);
      assertThat(answer.body()).doesNotContain(journals.toString(), "Exception", "org.sqlite");
    }
    quiet();
  }

  @Test
  void evaluationThatCannotBeReadHarmsNoOther() {
    for (String path : List.of("evaluations/worse", "compare?of=worse")) {
      HttpResponse<String> answer = served.get("/api/v1/" + path);
      assertThat(answer.statusCode()).as(path + ": " + answer.body()).isIn(404, 422);
      assertThat(answer.body()).doesNotContain(journals.toString(), "Exception", "org.sqlite");
    }
    assertThat(served.get("/api/v1/evaluations").statusCode()).isEqualTo(200);
    quiet();
  }

  @Test
  void requestsThatBreakTheContractDoNotFillTheLog() throws IOException {
    served.get("/api/v1/jobs?limit=x");
    served.get("/api/v1/nothing");
    served.get("/nothing.js");
    served.ask("POST", "/api/v1/jobs", "{\"kind\": ");
    served.ask("POST", "/api/v1/jobs", "{\"kind\":\"sweep\",\"plan\":{\"mesure\":1}}");
    served.send("PUT", "/api/v1/jobs");
    served.raw("no http at all\r\n\r\n");
    quiet();
  }
}
