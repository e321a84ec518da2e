package dev.sluice.dashboards.grafana;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What stands on a dashboard, as JSON. */
public sealed interface Panel {
  int id();

  String type();

  String title();

  GridPos gridPos();

  /** Place and size in 24 columns. */
  record GridPos(int h, int w, int x, int y) {}

  /** A query of a panel. */
  @JsonInclude(Include.NON_NULL)
  record Target(
      String refId,
      DataSource datasource,
      String editorMode,
      String expr,
      String legendFormat,
      boolean range,
      boolean instant,
      String format,
      boolean exemplar,
      @Nullable String interval) {}

  /** A step between a query's answer and the picture. */
  record Transformation(String id, Object options) {}

  /** A heading; where it is collapsed, it holds what is below it. */
  record Row(
      int id, String type, String title, boolean collapsed, GridPos gridPos, List<Graph> panels)
      implements Panel {}

  /** A picture or a table. */
  @JsonInclude(Include.NON_NULL)
  record Graph(
      int id,
      String type,
      String pluginVersion,
      String title,
      String description,
      DataSource datasource,
      GridPos gridPos,
      List<Target> targets,
      List<Transformation> transformations,
      FieldConfig fieldConfig,
      Options options,
      @Nullable Integer maxDataPoints,
      @Nullable String interval)
      implements Panel {}
}
