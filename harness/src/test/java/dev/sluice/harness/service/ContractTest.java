package dev.sluice.harness.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.harness.jobs.Job;
import dev.sluice.harness.jobs.JobEvent;
import dev.sluice.harness.jobs.JobQueue;
import dev.sluice.harness.jobs.JobRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Events have the fields, and types, that the service's contract says. */
@Timeout(120)
class ContractTest {
  private static final Duration LONG = Duration.ofSeconds(100);
  private static final JsonNode SCHEMAS = contract().at("/components/schemas");

  @TempDir private Path folder;

  private static JsonNode contract() {
    try (InputStream in =
        ContractTest.class.getResourceAsStream("/dev/sluice/harness/server/openapi.yaml")) {
      return new YAMLMapper().readTree(Objects.requireNonNull(in));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Follows references and joins what is joined by {@code allOf}. */
  private static JsonNode properties(JsonNode schema, ObjectNode to) {
    if (schema.has("$ref")) {
      String name = schema.path("$ref").asText().replaceFirst(".*/", "");
      return properties(SCHEMAS.path(name), to);
    }
    schema.path("allOf").forEach(part -> properties(part, to));
    schema.path("properties").properties().forEach(e -> to.set(e.getKey(), e.getValue()));
    return to;
  }

  private static void check(String path, JsonNode value, JsonNode schema) {
    JsonNode resolved =
        schema.has("$ref")
            ? SCHEMAS.path(schema.path("$ref").asText().replaceFirst(".*/", ""))
            : schema;
    if (value.isArray()) {
      value.forEach(v -> check(path + "[]", v, resolved.path("items")));
    } else if (value.isObject() && !resolved.has("additionalProperties")) {
      JsonNode known = properties(resolved, new YAMLMapper().createObjectNode());
      if (known.isEmpty()) {
        return;
      }
      resolved
          .path("required")
          .forEach(r -> assertThat(value.has(r.asText())).as(path + "." + r).isTrue());
      value
          .properties()
          .forEach(e -> {
            assertThat(known.has(e.getKey())).as(path + "." + e.getKey()).isTrue();
            check(path + "." + e.getKey(), e.getValue(), known.path(e.getKey()));
          });
    } else {
      assertThat(types(resolved)).as(path + " = " + value).contains(type(value));
    }
  }

  private static Set<String> types(JsonNode schema) {
    Set<String> types = new TreeSet<>();
    if (schema.has("additionalProperties")) {
      types.add("object");
    }
    JsonNode type = schema.path("type");
    if (type.isArray()) {
      type.forEach(t -> types.add(t.asText()));
    } else {
      types.add(type.asText());
    }
    if (types.contains("number")) {
      types.add("integer");
    }
    return types;
  }

  private static String type(JsonNode value) {
    return value.isTextual()
        ? "string"
        : value.isIntegralNumber() ? "integer" : value.isObject() ? "object" : "number";
  }

  private static String schema(JobEvent event, Job.Kind kind) {
    boolean sweep = kind == Job.Kind.SWEEP;
    return switch (event.type()) {
      case "job" -> "Job";
      case "jobs" -> "Jobs";
      case "note" -> "Note";
      case "started" -> sweep ? "SweepStarted" : "EvaluationStarted";
      case "progress" -> sweep ? "SweepProgress" : "EvaluationProgress";
      case "trials" -> "Trials";
      case "step" -> "Step";
      case "finished" -> "Finished";
      case "ended" -> "EvaluationEnded";
      default -> throw new AssertionError("no such event: " + event);
    };
  }

  private static void check(JobEvent event, String schema) {
    assertThat(event.data()).doesNotContain("\n");
    assertThat(SCHEMAS.has(schema)).as(schema).isTrue();
    check(event.type(), JobServiceTest.json(event), SCHEMAS.path(schema));
  }

  @Test
  void eventsOfBothKindsAreAsTheContractSays() throws IOException {
    ServiceWorld world = ServiceWorld.in(folder, 2);
    Files.writeString(
        world.data().resolve("boolq.jsonl"),
        "{\"passage\": \"It is.\", \"question\": \"is it\", \"label\": true}\n".repeat(4));
    JobRequest evaluation =
        new JobRequest(
            Job.Kind.EVALUATION,
            Map.of("name", "e", "model", "tiny", "tasks", "boolq", "data", "boolq=boolq.jsonl"),
            3);
    List<JobEvent> all = new ArrayList<>();
    try (JobQueue jobs = world.open()) {
      jobs.events(Optional.empty()).subscribe(all::add);
      Set<String> seen = new TreeSet<>();
      for (JobRequest request : List.of(ServiceWorld.sweep("s"), evaluation)) {
        Job job = jobs.submit(request);
        jobs.events(job.name(), Optional.empty())
            .doOnNext(event -> check(event, schema(event, request.kind())))
            .doOnNext(event -> seen.add(event.type()))
            .blockLast(LONG);
      }
      assertThat(seen)
          .containsExactlyInAnyOrder(
              "job", "started", "trials", "step", "finished", "progress", "ended", "note");
    }
    for (JobEvent event : all) {
      check(event, event.type().equals("progress") ? "JobProgress" : schema(event, Job.Kind.SWEEP));
    }
    assertThat(all).extracting(JobEvent::type).contains("jobs", "job", "progress");
  }
}
