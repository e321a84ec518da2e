package dev.sluice.docker;

import static dev.sluice.docker.DockerFiles.FOLDER;
import static dev.sluice.docker.DockerFiles.service;
import static dev.sluice.docker.DockerFiles.strings;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ComposeFileTest {
  private static final Pattern PUBLISHED = Pattern.compile("127\\.0\\.0\\.1:(\\d+):(\\d+)");

  private static OutputUnit validated(JsonObject compose) {
    JsonObject schema = new JsonObject(DockerFiles.text("src/test/resources/compose-spec.json"));
    JsonSchemaOptions options =
        new JsonSchemaOptions()
            .setDraft(Draft.DRAFT7)
            .setBaseUri("https://compose-spec.example/")
            .setOutputFormat(OutputFormat.Basic);
    return Validator.create(JsonSchema.of(schema), options).validate(compose);
  }

  @ParameterizedTest
  @ValueSource(strings = {"compose.yaml", "compose.cuda.yaml"})
  void composeFileFollowsTheSchema(String file) {
    OutputUnit found = validated(DockerFiles.yaml(file));

    assertThat(found.getValid()).as("%s", found.getErrors()).isTrue();
  }

  @Test
  void schemaFindsWhatIsWrong() {
    JsonObject compose = DockerFiles.yaml("compose.yaml");
    compose.getJsonObject("services").getJsonObject("sluice").put("prots", List.of("1:1"));

    assertThat(validated(compose).getValid()).as("a misspelt key").isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sluice", "prometheus", "grafana"})
  void whatIsMountedFromTheRepositoryIsThere(String name) {
    for (String volume : strings(service(name), "volumes")) {
      String source = volume.substring(0, volume.lastIndexOf(":/"));
      if (source.startsWith(".")) {
        assertThat(FOLDER.resolve(source)).as(volume).exists();
        assertThat(volume).as("what the repository holds").endsWith(":ro");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sluice", "prometheus", "grafana"})
  void portsArePublishedToThisMachineAlone(String name) {
    assertThat(strings(service(name), "ports")).isNotEmpty().allMatch(PUBLISHED.asMatchPredicate());
  }

  @Test
  void namedVolumesAreDeclared() {
    JsonObject compose = DockerFiles.yaml("compose.yaml");
    compose
        .getJsonObject("services")
        .fieldNames()
        .forEach(name -> {
          for (String volume : strings(service(name), "volumes")) {
            String source = volume.substring(0, volume.indexOf(':'));
            if (Pattern.matches("[a-z]+", source)) {
              assertThat(compose.getJsonObject("volumes").fieldNames()).contains(source);
            }
          }
        });
  }

  @Test
  void prometheusAsksTheServiceAtItsPort() {
    JsonObject scrape =
        DockerFiles.yaml("prometheus.yml").getJsonArray("scrape_configs").getJsonObject(0);
    String target =
        scrape.getJsonArray("static_configs").getJsonObject(0).getJsonArray("targets").getString(0);

    assertThat(strings(service("sluice"), "ports"))
        .anyMatch(p -> ("sluice:" + p.substring(p.lastIndexOf(':') + 1)).equals(target));
    assertThat(String.join(" ", strings(service("sluice"), "command")))
        .as("the name by which it is asked must be one that the service answers to")
        .contains("sluice");
  }

  @Test
  void filesForTheNetworkDifferFromThoseOfTheDashboardsByAddressesAlone() {
    JsonObject prometheus = DockerFiles.yaml("prometheus.yml");
    JsonObject alone = DockerFiles.yaml("../dashboards/prometheus/prometheus.yml");
    prometheus.getJsonArray("scrape_configs").getJsonObject(0).remove("static_configs");
    alone.getJsonArray("scrape_configs").getJsonObject(0).remove("static_configs");
    assertThat(prometheus).isEqualTo(alone);

    JsonObject source = DockerFiles.yaml("datasource.yml");
    JsonObject other =
        DockerFiles.yaml("../dashboards/grafana/provisioning/datasources/sluice.yml");
    assertThat(source.getJsonArray("datasources").getJsonObject(0).remove("url"))
        .isEqualTo("http://prometheus:9090");
    other.getJsonArray("datasources").getJsonObject(0).remove("url");
    assertThat(source).isEqualTo(other);
  }

  @Test
  void dashboardsAreWhereTheirProviderLooks() {
    String path =
        DockerFiles.yaml("../dashboards/grafana/provisioning/dashboards/sluice.yml")
            .getJsonArray("providers")
            .getJsonObject(0)
            .getJsonObject("options")
            .getString("path");

    assertThat(strings(service("grafana"), "volumes"))
        .contains("../dashboards/grafana:" + path + ":ro");
  }

  @Test
  void whatTheDockerfileCopiesIsThere() {
    List<String> sources =
        DockerFiles.text("Dockerfile")
            .lines()
            .filter(line -> line.startsWith("COPY ") && !line.contains("--from"))
            .map(line -> line.split(" +")[1])
            .toList();

    assertThat(sources).isNotEmpty();
    assertThat(sources).allMatch(source -> Files.exists(FOLDER.resolveSibling(source)));
  }

  @Test
  void dockerfileRunsAsSomeoneElseThanRoot() {
    List<String> stages = List.of(DockerFiles.text("Dockerfile").split("(?m)^FROM "));

    assertThat(stages.stream().filter(s -> s.contains("USER ")).toList())
        .hasSize(2)
        .allMatch(s -> s.lastIndexOf("USER sluice") > s.lastIndexOf("USER root"));
  }
}
