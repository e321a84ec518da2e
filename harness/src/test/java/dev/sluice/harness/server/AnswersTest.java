package dev.sluice.harness.server;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.harness.documents.Documents;
import dev.sluice.harness.jobs.Job;
import dev.sluice.harness.jobs.JobQueue;
import dev.sluice.harness.jobs.JobRequest;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.service.JobListeners;
import dev.sluice.harness.service.JobService;
import dev.sluice.harness.service.ServiceWorld;
import dev.sluice.harness.sweep.SweepEvent;
import dev.sluice.harness.sweep.SweepListener;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the service answers of a sweep and an evaluation that were really run is what its contract says. */
@Timeout(180)
class AnswersTest {
  private static final Duration LONG = Duration.ofSeconds(100);
  private static final JsonObject CONTRACT = contract();

  @TempDir private static Path folder;

  private static final CountDownLatch RELEASE = new CountDownLatch(1);
  private static final CountDownLatch HELD = new CountDownLatch(1);
  private static JobQueue jobs;
  private static Served served;

  /** Keeps the device once the sweep {@code held} has its first trials. */
  private static final JobListeners HOLDING =
      new JobListeners() {
        @Override
        public Watch<SweepListener> sweep(SweepPlan plan) {
          SweepListener hold =
              new SweepListener() {
                @Override
                public void on(SweepEvent event, boolean replayed) {
                  if (plan.name().equals("held") && event instanceof SweepEvent.TrialsScored) {
                    HELD.countDown();
                    await(RELEASE);
                  }
                }
              };
          return new Watch<>() {
            @Override
            public List<SweepListener> listeners() {
              return List.of(hold);
            }
          };
        }
      };

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static JsonObject contract() {
    try (InputStream in = Contract.class.getResourceAsStream("openapi.yaml")) {
      return new JsonObject(
          new ObjectMapper().writeValueAsString(new YAMLMapper().readTree(requireNonNull(in))));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @BeforeAll
  static void runJobs() throws IOException {
    ServiceWorld world = ServiceWorld.in(folder, 2);
    Files.writeString(
        world.data().resolve("boolq.jsonl"),
        "{\"passage\": \"It is.\", \"question\": \"is it\", \"label\": true}\n".repeat(4));
    jobs = JobService.open(world.journals(), world.roots(), HOLDING);
    Map<String, String> evaluation =
        Map.of(
            "name",
            "e",
            "model",
            "tiny",
            "tasks",
            "boolq",
            "data",
            "boolq=boolq.jsonl",
            "variants",
            "intact,s@0.5");
    for (JobRequest request :
        List.of(
            ServiceWorld.sweep("s"),
            ServiceWorld.sweep("hardest", "select", "loss", "pool", "8", "until", "0.5"),
            new JobRequest(Job.Kind.EVALUATION, evaluation, 0))) {
      Job job = jobs.submit(request);
      jobs.events(job.name(), Optional.empty()).blockLast(LONG);
      assertThat(jobs.get(job.name()).state()).isEqualTo(Job.State.DONE);
    }
    jobs.submit(ServiceWorld.sweep("held"));
    await(HELD);
    jobs.submit(ServiceWorld.sweep("waits"));
    ServerOptions options = Served.options(Optional.empty(), ServerOptions.Metrics.USUAL);
    Documents documents = new Documents(world.journals(), world.roots(), world.environment());
    served = Served.over(options, new Service(jobs, documents));
  }

  @AfterAll
  static void end() {
    RELEASE.countDown();
    served.close();
    jobs.close();
  }

  /** A request that an operation takes, in an order in which all of them succeed. */
  private record Example(
      String operation, String method, String path, Optional<String> body, int status) {
    static Example get(String operation, String path) {
      return new Example(operation, "GET", path, Optional.empty(), 200);
    }

    static Example change(String operation, String method, String path, int status) {
      return new Example(operation, method, path, Optional.empty(), status);
    }

    Example with(String json) {
      return new Example(operation, method, path, Optional.of(json), status);
    }
  }

  static Stream<Example> examples() {
    return Stream.of(
        Example.change("openSession", "POST", "/session", 200).with("{\"token\":\"any\"}"),
        Example.get("getSession", "/session"),
        Example.change("closeSession", "DELETE", "/session", 200),
        Example.get("listJobs", "/jobs"),
        Example.change("createJob", "POST", "/jobs", 201)
            .with(
                "{\"kind\":\"sweep\",\"plan\":{\"name\":\"new\",\"model\":\"tiny\",\"until\":0.5,"
                    + "\"calibration\":\"text.txt\",\"calibration-preset\":\"first\","
                    + "\"sequences\":4,\"length\":32,\"measures\":[\"kl\"]}}"),
        Example.get("getJob", "/jobs/held"),
        Example.change("adjustJob", "PATCH", "/jobs/waits", 200)
            .with("{\"priority\":5,\"memory\":\"auto\"}"),
        Example.change("pauseJob", "POST", "/jobs/waits/pause", 202),
        Example.change("resumeJob", "POST", "/jobs/waits/resume", 202),
        Example.change("cancelJob", "POST", "/jobs/waits/cancel", 202),
        Example.get("listSweeps", "/sweeps?limit=10"),
        Example.get("getSweep", "/sweeps/s"),
        Example.get("sweepSteps", "/sweeps/s/steps"),
        Example.get("sweepCandidates", "/sweeps/s/candidates?step=2&limit=2&offset=1"),
        Example.get("sweepVariants", "/sweeps/s/variants"),
        Example.get("sweepReport", "/sweeps/s/report?format=json"),
        Example.get("sweepPrompt", "/sweeps/s/prompts/3"),
        Example.get("listEvaluations", "/evaluations"),
        Example.get("getEvaluation", "/evaluations/e"),
        Example.get("compare", "/compare?of=e&pairs=all&flips=1"),
        Example.get("listModels", "/models"),
        Example.get("listTexts", "/texts"),
        Example.get("listTasks", "/tasks"),
        Example.get("listPlanKeys", "/plan-keys"));
  }

  @Test
  void everyOperationOfTheContractHasAnExampleHere() {
    Set<String> operations = new TreeSet<>();
    JsonObject paths = CONTRACT.getJsonObject("paths");
    for (String path : paths.fieldNames()) {
      JsonObject item = paths.getJsonObject(path);
      item.forEach(e -> {
        if (e.getValue() instanceof JsonObject operation) {
          operations.add(operation.getString("operationId"));
        }
      });
    }
    Set<String> here = new TreeSet<>(Set.of("events", "jobEvents"));
    examples().forEach(e -> here.add(e.operation()));
    assertThat(here).isEqualTo(operations);
  }

  @Test
  void answersAreAsTheContractSays() {
    examples()
        .forEach(example -> {
          HttpResponse<String> answer =
              example.body().isPresent()
                  ? served.ask(example.method(), "/api/v1" + example.path(), example.body().get())
                  : served.send(
                      example.method(), "/api/v1" + example.path(), "Origin", served.origin());
          assertThat(answer.statusCode())
              .as(example + ": " + answer.body())
              .isEqualTo(example.status());
          JsonObject schema = schemaOf(example);
          assertThat(problems(schema, answer.body())).as(example.operation()).isEmpty();
        });
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /jobs/nobody, 404",
    "GET, /sweeps/nobody, 404",
    "GET, /evaluations/nobody, 404",
    "GET, /sweeps/s/prompts/99, 404",
    "GET, /nothing, 404",
    "PUT, /jobs/s, 405",
    "GET, /jobs?limit=0, 400",
    "GET, /sweeps/s/report?format=pdf, 400",
    "GET, /sweeps/s/prompts/x, 400",
    "GET, /sweeps/.s, 400",
    "POST, /jobs/s/pause, 409",
    "GET, /compare?of=nobody, 404",
    "POST, /jobs, 415"
  })
  void refusalsAreProblemsAsTheContractSays(String method, String path, int status) {
    HttpResponse<String> answer = served.send(method, "/api/v1" + path, "Origin", served.origin());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(
            problems(new JsonObject().put("$ref", "#/components/schemas/Problem"), answer.body()))
        .isEmpty();
    assertThat(answer.body()).doesNotContain("Exception", "dev.sluice", "io.vertx", "\"refused\"");
    if (status == 405) {
      assertThat(answer.headers().firstValue("Allow")).contains("GET, PATCH");
    }
  }

  private static JsonObject schemaOf(Example example) {
    JsonObject paths = CONTRACT.getJsonObject("paths");
    for (String path : paths.fieldNames()) {
      JsonObject operation =
          paths.getJsonObject(path).getJsonObject(example.method().toLowerCase(Locale.ROOT));
      if (operation != null && operation.getString("operationId").equals(example.operation())) {
        return operation
            .getJsonObject("responses")
            .getJsonObject("" + example.status())
            .getJsonObject("content")
            .getJsonObject("application/json")
            .getJsonObject("schema");
      }
    }
    throw new AssertionError(example);
  }

  /** What an independent validator finds wrong; fields that the contract does not name count. */
  private static List<String> problems(JsonObject schema, String json) {
    JsonObject whole = schema.copy();
    whole.put("components", strict(CONTRACT.getJsonObject("components").copy()));
    JsonSchemaOptions options =
        new JsonSchemaOptions()
            .setBaseUri("https://sluice.test/")
            .setDraft(Draft.DRAFT202012)
            .setOutputFormat(OutputFormat.Basic);
    OutputUnit result =
        Validator.create(JsonSchema.of(whole), options).validate(new JsonObject(json));
    return Boolean.TRUE.equals(result.getValid())
        ? List.of()
        : requireNonNull(result.getErrors()).stream()
            .map(e -> e.getInstanceLocation() + " " + e.getError())
            .toList();
  }

  private static JsonObject strict(JsonObject schema) {
    for (String key : List.copyOf(schema.fieldNames())) {
      if (schema.getValue(key) instanceof JsonObject inner) {
        strict(inner);
      } else if (schema.getValue(key) instanceof JsonArray list) {
        list.stream()
            .filter(JsonObject.class::isInstance)
            .forEach(inner -> strict((JsonObject) inner));
      }
    }
    if (schema.getValue("properties") instanceof JsonObject
        && !schema.containsKey("additionalProperties")) {
      schema.put("additionalProperties", false);
    }
    return schema;
  }

  /** They are shown only where their digest is that of the sweep. */
  @Test
  void promptsOfChosenRowsAreThoseThatWereChosen() {
    JsonNode prompt = Served.json(served.get("/api/v1/sweeps/hardest/prompts/3"));
    assertThat(prompt.path("tokens").asInt()).isEqualTo(32);
    assertThat(served.get("/api/v1/sweeps/hardest/prompts/4").statusCode()).isEqualTo(404);
  }

  @Test
  void promptIsTheTextThatWasCalibratedOn() {
    JsonNode prompt = Served.json(served.get("/api/v1/sweeps/s/prompts/0"));
    String text = prompt.path("text").asText();
    assertThat(text).startsWith("<|bos|>the river runs through a gate");
    assertThat(prompt.path("tokens").asInt()).isEqualTo(32);
    List<String> pieces = prompt.path("pieces").valueStream().map(JsonNode::asText).toList();
    assertThat(pieces).hasSize(32);
    assertThat(String.join("", pieces)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"tokenNeeded\":false}",
        "{\"tokenNeeded\":\"no\",\"open\":true}",
        "{\"tokenNeeded\":false,\"open\":true,\"more\":1}"
      })
  void validatorWouldSee(String wrong) {
    JsonObject schema = new JsonObject().put("$ref", "#/components/schemas/Session");
    assertThat(problems(schema, wrong)).isNotEmpty();
    assertThat(problems(schema, "{\"tokenNeeded\":false,\"open\":true}")).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("reports")
  void reportsThatBringTheirOwnScriptsMayNotActAsThePage(String path) {
    HttpResponse<String> report = served.get(path);
    assertThat(report.statusCode()).as(report.body()).isEqualTo(200);
    assertThat(report.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
    assertThat(report.headers().allValues("Content-Security-Policy"))
        .singleElement()
        .asString()
        .startsWith("sandbox allow-scripts; default-src 'none';")
        .doesNotContain("allow-same-origin", "connect-src");
  }

  static Stream<String> reports() {
    return Stream.of("/api/v1/sweeps/s/report", "/api/v1/compare?of=e&format=html");
  }

  @ParameterizedTest
  @CsvSource({
    "/sweeps/s/report?format=json, application/json, sluice-report-s.json",
    "/sweeps/s/report?format=text, text/plain, sluice-report-s.txt",
    "/compare?of=e&format=csv&table=variants, text/csv, sluice-compare-variants.csv"
  })
  void findingsAreDownloads(String path, String type, String file) {
    HttpResponse<String> answer = served.get("/api/v1" + path);
    assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith(type);
    assertThat(answer.headers().firstValue("Content-Disposition"))
        .contains("attachment; filename=\"" + file + "\"");
  }
}
