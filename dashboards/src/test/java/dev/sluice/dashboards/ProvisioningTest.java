package dev.sluice.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Files of provisioning agree with one another and with what they provision. */
class ProvisioningTest {
  private static JsonNode grafana(String file) {
    return CommittedQueries.yaml("grafana/provisioning/" + file);
  }

  @Test
  void alertsAskTheProvisionedDataSource() {
    JsonNode source = grafana("datasources/sluice.yml").get("datasources").get(0);
    assertThat(source.get("type").asText()).isEqualTo("prometheus");
    Set<String> asked =
        new TreeSet<>(grafana("alerting/sluice.yml").findValuesAsText("datasourceUid"));
    assertThat(asked).containsExactlyInAnyOrder("__expr__", source.get("uid").asText());
  }

  @Test
  void grafanaKnowsHowOftenPrometheusScrapes() {
    String told =
        grafana("datasources/sluice.yml").at("/datasources/0/jsonData/timeInterval").asText();
    for (String file : List.of("prometheus.yml", "prometheus-2.42.yml")) {
      JsonNode config = CommittedQueries.yaml("prometheus/" + file);
      assertThat(config.at("/global/scrape_interval").asText()).as(file).isEqualTo(told);
      assertThat(config.at("/scrape_configs/0/sample_limit").asInt()).isGreaterThan(20_000);
    }
  }

  @Test
  void exemplarsLeadToThePromptOfTheSweep() {
    JsonNode exemplar =
        grafana("datasources/sluice.yml")
            .at("/datasources/0/jsonData/exemplarTraceIdDestinations/0");
    assertThat(exemplar.get("name").asText()).isEqualTo("prompt");
    assertThat(exemplar.get("url").asText())
        .endsWith("/sweeps/$${__data.fields.sweep}/prompts/$${__value.raw}");
  }

  @Test
  void grafanaAlertsOnWhatPrometheusAlertsOn() {
    assertThat(grafana("alerting/sluice.yml").findValuesAsText("title"))
        .containsExactlyElementsOf(
            CommittedQueries.rules("sluice-alerts.yml", "alert").stream()
                .map(CommittedQueries.Query::place)
                .toList());
    assertThat(grafana("alerting/sluice.yml").findValuesAsText("uid"))
        .doesNotHaveDuplicates()
        .allMatch(uid -> uid.length() <= 40);
  }

  @Test
  void dashboardsAreReadFromAFolder() {
    JsonNode provider = grafana("dashboards/sluice.yml").at("/providers/0");
    assertThat(provider.get("type").asText()).isEqualTo("file");
    assertThat(provider.at("/options/path").asText())
        .isEqualTo("/var/lib/grafana/dashboards/sluice");
  }
}
