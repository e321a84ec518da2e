package dev.sluice.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the rules do on made-up series, as Prometheus's own tool finds. */
class RuleBehaviourTest {
  private static final Path FOLDER = Generated.MODULE.resolve("prometheus");
  private static final String RULES = "rules/sluice-%s.yml";
  private static final String TESTS = "tests/%s.yml";
  private static final YAMLMapper YAML = new YAMLMapper();

  @TempDir private Path copy;

  @BeforeEach
  void needsPromtool() {
    Debian.needs("promtool");
  }

  @Test
  void rulesAreValid() throws Exception {
    Debian.succeeds(
        Debian.promtool(
            "check",
            "rules",
            file(FOLDER, RULES.formatted("alerts")),
            file(FOLDER, RULES.formatted("recording"))));
  }

  @Test
  void alertsFireWhenTheyShouldAndOnlyThen() throws Exception {
    Debian.succeeds(Debian.promtool("test", "rules", file(FOLDER, TESTS.formatted("alerts"))));
  }

  @Test
  void recordedValuesAreThoseWorkedOutByHand() throws Exception {
    Debian.succeeds(Debian.promtool("test", "rules", file(FOLDER, TESTS.formatted("recording"))));
  }

  @Test
  void plantedWrongValueIsFound() throws Exception {
    plant(TESTS.formatted("recording"), "value: 0.175", "value: 0.176");
    Debian.Said said = Debian.promtool("test", "rules", file(copy, TESTS.formatted("recording")));
    assertThat(said.code()).isOne();
    assertThat(said.text()).contains("kind:sluice_journal_write_seconds", "1.76E-01");
  }

  @Test
  void plantedBoundOfAnAlertIsFound() throws Exception {
    plant(RULES.formatted("alerts"), ":ratio < 0.05", ":ratio < 0.005");
    Debian.Said said = Debian.promtool("test", "rules", file(copy, TESTS.formatted("alerts")));
    assertThat(said.code()).isOne();
    assertThat(said.text()).contains("SluiceMemoryNearlyFull");
  }

  @Test
  void everyAlertIsSeenFiringAndSilent() throws IOException {
    Set<String> firing = new HashSet<>();
    Set<String> silent = new HashSet<>();
    for (JsonNode group : yaml(TESTS.formatted("alerts")).get("tests")) {
      for (JsonNode test : group.path("alert_rule_test")) {
        (test.get("exp_alerts").isEmpty() ? silent : firing).add(test.get("alertname").asText());
      }
    }
    List<String> alerts = names(RULES.formatted("alerts"), "alert");
    assertThat(firing).containsExactlyInAnyOrderElementsOf(alerts);
    assertThat(silent).containsExactlyInAnyOrderElementsOf(alerts);
  }

  @Test
  void everyRecordedSeriesIsTested() throws IOException {
    Pattern recorded = Pattern.compile("\\w+:sluice_\\w+(?::\\w+)?");
    Set<String> tested = new HashSet<>();
    for (JsonNode group : yaml(TESTS.formatted("recording")).get("tests")) {
      for (JsonNode test : group.path("promql_expr_test")) {
        Matcher matcher = recorded.matcher(test.get("expr").asText());
        matcher.results().forEach(found -> tested.add(found.group()));
      }
    }
    assertThat(tested)
        .containsExactlyInAnyOrderElementsOf(names(RULES.formatted("recording"), "record"));
  }

  @Test
  void configurationForDebianIsValid() throws Exception {
    Debian.succeeds(Debian.promtool("check", "config", file(FOLDER, "prometheus-2.42.yml")));
  }

  /** Debian's tool does not know the two settings; what is left of the file it can check. */
  @Test
  void currentConfigurationIsValidButForTheTwoLinesOnHistograms() throws Exception {
    List<String> lines = Files.readAllLines(FOLDER.resolve("prometheus.yml"));
    List<String> known =
        lines.stream().filter(line -> !line.contains("_histograms: true")).toList();
    assertThat(known).hasSize(lines.size() - 2);
    copyAll();
    Files.write(copy.resolve("prometheus.yml"), known);
    Debian.succeeds(Debian.promtool("check", "config", file(copy, "prometheus.yml")));
  }

  private void plant(String file, String right, String wrong) throws IOException {
    copyAll();
    String text = Files.readString(copy.resolve(file));
    assertThat(text).contains(right);
    Files.writeString(copy.resolve(file), text.replace(right, wrong));
  }

  private void copyAll() throws IOException {
    for (String folder : List.of("rules", "tests")) {
      Files.createDirectories(copy.resolve(folder));
      try (Stream<Path> files = Files.list(FOLDER.resolve(folder))) {
        for (Path file : files.toList()) {
          Files.copy(file, copy.resolve(folder).resolve(file.getFileName()));
        }
      }
    }
  }

  private static List<String> names(String file, String kind) throws IOException {
    return yaml(file).get("groups").findValuesAsText(kind);
  }

  private static JsonNode yaml(String file) throws IOException {
    return YAML.readTree(FOLDER.resolve(file).toFile());
  }

  private static String file(Path folder, String name) {
    return folder.resolve(name).toString();
  }
}
