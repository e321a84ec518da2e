package dev.sluice.dashboards.rules;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The alerts as Grafana provisions its own alerting with. */
final class GrafanaAlerts {
  /** Of the data source that is provisioned beside it. */
  private static final String DATA_SOURCE = "sluice-prometheus";

  /** Grafana's own, for expressions. */
  private static final String EXPRESSION = "__expr__";

  /** All alerts have values of 0 or more, and none where nothing is wrong. */
  private static final double BELOW_ALL = -1;

  private GrafanaAlerts() {}

  record File(int apiVersion, List<Group> groups) {}

  record Group(int orgId, String name, String folder, String interval, List<Rule> rules) {}

  record Rule(
      String uid,
      String title,
      String condition,
      List<Query> data,
      String noDataState,
      String execErrState,
      @JsonProperty("for") String after,
      Map<String, String> annotations,
      Map<String, String> labels) {}

  record Query(String refId, Times relativeTimeRange, String datasourceUid, Model model) {}

  /** Seconds before now. */
  record Times(int from, int to) {}

  @JsonInclude(Include.NON_NULL)
  record Model(
      String refId,
      @Nullable String expr,
      @Nullable Boolean instant,
      @Nullable Boolean range,
      @Nullable String type,
      @Nullable String expression,
      @Nullable List<Condition> conditions) {}

  record Condition(Evaluator evaluator) {}

  record Evaluator(String type, List<Double> params) {}

  static File file() {
    return new File(
        1,
        List.of(
            new Group(
                1,
                "sluice-alerts",
                "Sluice",
                "1m",
                Arrays.stream(Alert.values()).map(GrafanaAlerts::rule).toList())));
  }

  private static Rule rule(Alert alert) {
    String value = "{{ $values.A.Value | " + alert.words().format().function() + " }}";
    return new Rule(
        "sluice-" + alert.name().toLowerCase(Locale.ROOT).replace('_', '-'),
        RuleFiles.name(alert),
        "B",
        List.of(query(alert), threshold()),
        "OK",
        "Error",
        alert.words().after(),
        RuleFiles.annotations(alert, value),
        RuleFiles.labels(alert));
  }

  private static Query query(Alert alert) {
    return new Query(
        "A",
        new Times(600, 0),
        DATA_SOURCE,
        new Model("A", alert.expr().text(), true, false, null, null, null));
  }

  private static Query threshold() {
    Condition condition = new Condition(new Evaluator("gt", List.of(BELOW_ALL)));
    return new Query(
        "B",
        new Times(0, 0),
        EXPRESSION,
        new Model("B", null, null, null, "threshold", "A", List.of(condition)));
  }
}
