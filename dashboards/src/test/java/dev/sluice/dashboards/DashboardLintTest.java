package dev.sluice.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.dashboards.CommittedQueries.File;
import dev.sluice.dashboards.CommittedQueries.Query;
import dev.sluice.harness.telemetry.Meter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What dashboards are often wrong in, and no type says. */
class DashboardLintTest {
  private static final int COLUMNS = 24;
  private static final Pattern NAME = Pattern.compile("\\b(?<![:])sluice_\\w+(?![:\\w])");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{?([a-z]\\w*)");
  private static final Pattern DASHBOARD = Pattern.compile("/d/([\\w-]+)");
  private static final Pattern HANDED_OVER = Pattern.compile("[?&]var-(\\w+)=");
  private static final Pattern FIXED_WINDOW = Pattern.compile("\\[\\d\\w*\\]");

  static Stream<File> dashboards() {
    return CommittedQueries.dashboards().stream();
  }

  @Test
  void namesOfDashboardsDiffer() {
    assertThat(dashboards().map(File::uid)).doesNotHaveDuplicates().hasSize(4);
    assertThat(dashboards().map(file -> file.json().get("title").asText()))
        .doesNotHaveDuplicates()
        .allMatch(title -> title.startsWith("Sluice / "));
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void idsOfPanelsDiffer(File dashboard) {
    assertThat(withRows(dashboard).map(panel -> panel.get("id").asInt()))
        .doesNotHaveDuplicates()
        .allMatch(id -> id > 0);
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void panelsLieSideBySide(File dashboard) {
    List<JsonNode> open = list(dashboard.json().get("panels"));
    assertApart(open);
    open.forEach(row -> assertApart(list(row.path("panels"))));
  }

  private static void assertApart(List<JsonNode> panels) {
    Set<String> cells = new TreeSet<>();
    for (JsonNode panel : panels) {
      JsonNode place = panel.get("gridPos");
      int x = place.get("x").asInt();
      int y = place.get("y").asInt();
      assertThat(x + place.get("w").asInt()).as(place.toString()).isBetween(1, COLUMNS);
      for (int i = 0; i < place.get("w").asInt() * place.get("h").asInt(); i++) {
        int w = place.get("w").asInt();
        assertThat(cells.add((x + i % w) + " " + (y + i / w)))
            .as(panel.get("title").asText() + " covers another")
            .isTrue();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void panelsSayWhatTheyAnswerAndInWhichUnit(File dashboard) {
    for (JsonNode panel : dashboard.panels()) {
      String title = panel.get("title").asText();
      assertThat(title).isNotBlank();
      assertThat(panel.get("description").asText()).as(title).contains("?");
      assertThat(panel.at("/fieldConfig/defaults/unit").asText()).as(title).isNotBlank();
      assertThat(panel.at("/fieldConfig/defaults/noValue").asText()).as(title).isNotBlank();
      assertThat(panel.get("targets")).as(title).isNotEmpty();
      for (JsonNode target : panel.get("targets")) {
        assertThat(target.get("legendFormat").asText()).as(title).isNotBlank();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void titlesWithinADashboardDiffer(File dashboard) {
    assertThat(dashboard.queries()).extracting(Query::place).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void dataSourceIsAlwaysTheChosenOne(File dashboard) {
    assertThat(dashboard.json().findValues("datasource"))
        .hasSizeGreaterThan(20)
        .extracting(source -> source.get("uid").asText())
        .containsOnly("${datasource}", "-- Grafana --");
    for (JsonNode panel : dashboard.panels()) {
      assertThat(panel.findValues("datasource"))
          .extracting(source -> source.get("uid").asText())
          .containsOnly("${datasource}");
    }
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void windowsFollowTheZoom(File dashboard) {
    assertThat(dashboard.queries())
        .extracting(Query::expr)
        .noneMatch(expr -> FIXED_WINDOW.matcher(expr).find());
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void variablesAreUsedAndThereAreNoOthers(File dashboard) {
    String text = dashboard.json().toString();
    Set<String> used =
        VARIABLE.matcher(text).results().map(m -> m.group(1)).collect(Collectors.toSet());
    assertThat(used).containsExactlyInAnyOrderElementsOf(variables(dashboard));
    list(dashboard.json().at("/templating/list"))
        .forEach(variable -> assertThat(variable.get("description").asText()).isNotBlank());
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void linksLeadToDashboardsThatKnowWhatIsHandedOver(File dashboard) {
    assertThat(linked(dashboard)).isNotEmpty();
    for (String url : linked(dashboard)) {
      assertLeads(url);
    }
    for (JsonNode link : list(dashboard.json().get("links"))) {
      boolean ours = link.get("url").asText().startsWith("/d/");
      assertThat(link.get("keepTime").asBoolean()).isEqualTo(ours);
      assertThat(link.get("includeVars").asBoolean()).isEqualTo(ours);
    }
  }

  @Test
  void dashboardsLinkToAllOthers() {
    Set<String> all = dashboards().map(File::uid).collect(Collectors.toSet());
    dashboards()
        .forEach(dashboard -> {
          Set<String> reached = new TreeSet<>(List.of(dashboard.uid()));
          list(dashboard.json().get("links"))
              .forEach(link ->
                  DASHBOARD
                      .matcher(link.get("url").asText())
                      .results()
                      .forEach(found -> reached.add(found.group(1))));
          assertThat(reached).isEqualTo(all);
        });
  }

  @Test
  void namesOfMetersAreDeclared() {
    Set<String> declared =
        Meter.all().stream().flatMap(m -> m.exposed().stream()).collect(Collectors.toSet());
    assertThat(names()).hasSizeGreaterThan(50).isSubsetOf(declared);
  }

  @Test
  void declaredMetersAreUsed() {
    Set<String> used = names();
    assertThat(
            Meter.all().stream()
                .filter(meter -> meter.exposed().stream().noneMatch(used::contains))
                .map(Meter::id))
        .as("meters that no panel and no rule uses")
        .isEmpty();
  }

  @Test
  void alertsLeadToDashboardsThatKnowWhatIsHandedOver() {
    List<String> links = new ArrayList<>();
    for (String file :
        List.of("prometheus/rules/sluice-alerts.yml", "grafana/provisioning/alerting/sluice.yml")) {
      links.addAll(CommittedQueries.yaml(file).findValuesAsText("dashboard"));
    }
    assertThat(links).hasSizeGreaterThan(15);
    links.forEach(DashboardLintTest::assertLeads);
  }

  private static void assertLeads(String url) {
    String uid =
        DASHBOARD.matcher(url).results().map(found -> found.group(1)).findFirst().orElseThrow();
    File target = dashboards().filter(file -> file.uid().equals(uid)).findFirst().orElseThrow();
    HANDED_OVER
        .matcher(url)
        .results()
        .forEach(found -> assertThat(variables(target)).as(url).contains(found.group(1)));
  }

  private static List<String> linked(File dashboard) {
    return dashboard.json().findValuesAsText("url").stream()
        .filter(url -> url.startsWith("/d/"))
        .toList();
  }

  private static Set<String> names() {
    Stream<Query> ofRules =
        Stream.concat(
            CommittedQueries.rules("sluice-recording.yml", "record").stream(),
            CommittedQueries.rules("sluice-alerts.yml", "alert").stream());
    Stream<Query> ofDashboards =
        dashboards().flatMap(d -> Stream.concat(d.queries().stream(), d.annotations().stream()));
    return Stream.concat(ofRules, ofDashboards)
        .flatMap(query -> NAME.matcher(query.expr()).results())
        .map(found -> found.group())
        .collect(Collectors.toSet());
  }

  private static List<String> variables(File dashboard) {
    return list(dashboard.json().at("/templating/list")).stream()
        .map(variable -> variable.get("name").asText())
        .toList();
  }

  private static Stream<JsonNode> withRows(File dashboard) {
    List<JsonNode> all = new ArrayList<>(list(dashboard.json().get("panels")));
    list(dashboard.json().get("panels")).forEach(row -> all.addAll(list(row.path("panels"))));
    return all.stream();
  }

  private static List<JsonNode> list(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }
}
