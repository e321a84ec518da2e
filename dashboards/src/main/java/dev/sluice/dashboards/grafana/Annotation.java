package dev.sluice.dashboards.grafana;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sluice.dashboards.promql.Expr;
import org.jspecify.annotations.Nullable;

/** Marks in time over all panels, as JSON. */
@JsonInclude(Include.NON_NULL)
public record Annotation(
    String name,
    DataSource datasource,
    boolean enable,
    boolean hide,
    String iconColor,
    @Nullable Integer builtIn,
    @Nullable String type,
    @Nullable String titleFormat,
    @Nullable String textFormat,
    @Nullable String tagKeys,
    @Nullable Target target) {

  /** The query. */
  public record Target(
      String refId, DataSource datasource, String expr, @JsonProperty("range") boolean ranged) {}

  /** What users mark by hand. */
  static Annotation byHand() {
    return new Annotation(
        "Annotations & Alerts",
        DataSource.GRAFANA,
        true,
        true,
        Colour.SKY.hex(),
        1,
        "dashboard",
        null,
        null,
        null,
        null);
  }

  /** A mark wherever the expression has a value. */
  public static Annotation where(Expr expr, String name, String text, Colour colour) {
    return new Annotation(
        name,
        DataSource.CHOSEN,
        true,
        false,
        colour.hex(),
        null,
        null,
        name,
        text,
        "",
        new Target("Anno", DataSource.CHOSEN, expr.text(), true));
  }
}
