package dev.sluice.dashboards;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.dashboards.grafana.Dashboard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/** All that the committed files ask Prometheus. */
final class CommittedQueries {
  /**
   * An expression.
   *
   * @param place where it stands, for readers
   * @param exemplars whether exemplars are asked for as well
   */
  record Query(String place, String expr, boolean exemplars) {}

  /**
   * A variable whose values Prometheus knows.
   *
   * @param several whether several may be chosen
   */
  record Values(String name, String selector, String label, boolean several) {}

  /** A dashboard's file. */
  record File(String uid, JsonNode json) {
    List<JsonNode> panels() {
      List<JsonNode> found = new ArrayList<>();
      for (JsonNode panel : json.get("panels")) {
        found.add(panel);
        panel.path("panels").forEach(found::add);
      }
      return found.stream().filter(panel -> !panel.get("type").asText().equals("row")).toList();
    }

    List<Query> queries() {
      List<Query> found = new ArrayList<>();
      for (JsonNode panel : panels()) {
        for (JsonNode target : panel.get("targets")) {
          found.add(
              new Query(
                  uid
                      + ", "
                      + panel.get("title").asText()
                      + ", "
                      + target.get("legendFormat").asText(),
                  target.get("expr").asText(),
                  target.get("exemplar").asBoolean()));
        }
      }
      return found;
    }

    List<Query> annotations() {
      return StreamSupport.stream(json.at("/annotations/list").spliterator(), false)
          .filter(annotation -> annotation.has("target"))
          .map(annotation ->
              new Query(
                  uid + ", annotation " + annotation.get("name").asText(),
                  annotation.at("/target/expr").asText(),
                  false))
          .toList();
    }

    List<Values> variables() {
      return StreamSupport.stream(json.at("/templating/list").spliterator(), false)
          .filter(variable -> variable.get("type").asText().equals("query"))
          .map(File::values)
          .toList();
    }

    private static Values values(JsonNode variable) {
      String query = variable.at("/query/query").asText();
      int comma = query.lastIndexOf(", ");
      return new Values(
          variable.get("name").asText(),
          query.substring("label_values(".length(), comma),
          query.substring(comma + 2, query.length() - 1),
          variable.get("multi").asBoolean());
    }
  }

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final YAMLMapper YAML = new YAMLMapper();

  private CommittedQueries() {}

  static List<File> dashboards() {
    return Dashboards.all().stream()
        .map(Dashboard::uid)
        .map(uid -> new File(uid, read(JSON, "grafana/" + uid + ".json")))
        .toList();
  }

  /** A rule by its name; {@code kind} is alert or record. */
  static List<Query> rules(String file, String kind) {
    return read(YAML, "prometheus/rules/" + file).get("groups").findParents(kind).stream()
        .map(rule -> new Query(rule.get(kind).asText(), rule.get("expr").asText(), false))
        .toList();
  }

  /** A committed YAML file by its path in the module. */
  static JsonNode yaml(String file) {
    return read(YAML, file);
  }

  private static JsonNode read(ObjectMapper mapper, String file) {
    Path path = Generated.MODULE.resolve(file);
    try {
      return mapper.readTree(path.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
