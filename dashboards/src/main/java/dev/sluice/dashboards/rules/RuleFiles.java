package dev.sluice.dashboards.rules;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The rules as texts of files. */
public final class RuleFiles {
  private static final String HEADER = "# Made from code: see dashboards/README.md.\n";
  private static final YAMLMapper YAML =
      new YAMLMapper(
          YAMLFactory.builder()
              .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
              .disable(YAMLGenerator.Feature.SPLIT_LINES)
              .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
              .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
              .build());

  private RuleFiles() {}

  private record File(List<Group> groups) {}

  private record Group(String name, List<?> rules) {}

  private record Recording(String record, String expr) {}

  private record Alerting(
      String alert,
      String expr,
      @JsonProperty("for") String after,
      Map<String, String> labels,
      Map<String, String> annotations) {}

  /** What Prometheus works out ahead. */
  public static String recording() {
    return text(
        new File(
            List.of(
                new Group(
                    "sluice-recording",
                    Arrays.stream(Recorded.values())
                        .map(rule -> new Recording(rule.series(), rule.expr().text()))
                        .toList()))));
  }

  /** What Prometheus tells Alertmanager. */
  public static String alerts() {
    return text(
        new File(
            List.of(
                new Group(
                    "sluice-alerts",
                    Arrays.stream(Alert.values()).map(RuleFiles::alerting).toList()))));
  }

  /** What Grafana's own alerting evaluates, for those who run no Alertmanager. */
  public static String grafanaAlerts() {
    return text(GrafanaAlerts.file());
  }

  private static Alerting alerting(Alert alert) {
    return new Alerting(
        name(alert),
        alert.expr().text(),
        alert.words().after(),
        labels(alert),
        annotations(alert, "{{ $value | " + alert.words().format().function() + " }}"));
  }

  /** {@code SWEEP_STALLED} is {@code SluiceSweepStalled}. */
  static String name(Alert alert) {
    return Arrays.stream(alert.name().split("_"))
        .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining("", "Sluice", ""))
        .replace("Nan", "NaN");
  }

  static Map<String, String> labels(Alert alert) {
    return Map.of("severity", alert.words().severity().name().toLowerCase(Locale.ROOT));
  }

  /**
   * @param value how the value is written
   */
  static Map<String, String> annotations(Alert alert, String value) {
    Map<String, String> annotations = new LinkedHashMap<>();
    annotations.put("summary", alert.words().summary());
    annotations.put("description", alert.words().description().replace("VALUE", value));
    annotations.put("dashboard", alert.words().dashboard());
    return annotations;
  }

  private static String text(Object file) {
    try {
      return HEADER + YAML.writeValueAsString(file);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records that cannot be written", e);
    }
  }
}
