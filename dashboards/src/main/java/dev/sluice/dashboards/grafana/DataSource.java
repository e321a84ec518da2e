package dev.sluice.dashboards.grafana;

/** A reference to a data source. */
public record DataSource(String type, String uid) {
  /** The one that the user has chosen; never a fixed one, which other Grafanas do not have. */
  public static final DataSource CHOSEN = new DataSource("prometheus", "${datasource}");

  /** Grafana's own. */
  static final DataSource GRAFANA = new DataSource("grafana", "-- Grafana --");
}
