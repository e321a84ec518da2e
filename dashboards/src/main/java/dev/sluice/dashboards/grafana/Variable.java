package dev.sluice.dashboards.grafana;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import dev.sluice.dashboards.promql.Selector;
import dev.sluice.harness.telemetry.Label;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A choice at the top of a dashboard, as JSON. */
@JsonInclude(Include.NON_NULL)
public record Variable(
    String name,
    String label,
    String description,
    String type,
    @Nullable DataSource datasource,
    @Nullable Object query,
    @Nullable Option current,
    @Nullable List<Option> options,
    @Nullable Boolean includeAll,
    @Nullable Boolean multi,
    @Nullable String allValue,
    @Nullable Integer refresh,
    @Nullable Integer sort,
    @Nullable String regex,
    int hide,
    boolean skipUrlSync) {

  private static final int ON_TIME_RANGE = 2;
  private static final int NATURAL = 7;

  /** Whether one value is chosen or several may be. */
  public enum Choice {
    ONE,
    SEVERAL
  }

  /** A value to choose and what it is called. */
  @JsonInclude(Include.NON_NULL)
  public record Option(@Nullable Boolean selected, Object text, Object value) {}

  /** The query of a variable that Prometheus fills. */
  public record Query(String query, int qryType, String refId) {}

  /** Which Prometheus is asked. */
  public static Variable dataSource() {
    return new Variable(
        "datasource",
        "Prometheus",
        "The Prometheus that scrapes Sluice.",
        "datasource",
        null,
        "prometheus",
        null,
        List.of(),
        false,
        false,
        null,
        1,
        null,
        "",
        0,
        false);
  }

  /** The values that a label has among series. */
  public static Variable of(Chosen chosen, String description, Selector series, Label label) {
    String definition = "label_values(" + series.text() + ", " + label.id() + ")";
    return values(chosen, description, definition);
  }

  /** The scrape jobs that have the series. */
  public static Variable jobs(Chosen chosen, String description, Selector series) {
    return values(chosen, description, "label_values(" + series.text() + ", job)");
  }

  private static Variable values(Chosen chosen, String description, String definition) {
    boolean several = chosen.choice() == Choice.SEVERAL;
    return new Variable(
        chosen.id(),
        chosen.title(),
        description,
        "query",
        DataSource.CHOSEN,
        new Query(definition, 1, "PrometheusVariableQueryEditor-VariableQuery"),
        several ? new Option(true, List.of("All"), List.of("$__all")) : null,
        List.of(),
        several,
        several,
        several ? ".+" : null,
        ON_TIME_RANGE,
        NATURAL,
        "",
        0,
        false);
  }

  /** A text that users may change. */
  public static Variable text(Chosen chosen, String description, String value) {
    Option option = new Option(true, value, value);
    return new Variable(
        chosen.id(),
        chosen.title(),
        description,
        "textbox",
        null,
        value,
        option,
        List.of(option),
        null,
        null,
        null,
        null,
        null,
        null,
        0,
        false);
  }
}
