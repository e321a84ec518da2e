package dev.sluice.dashboards.grafana;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import org.jspecify.annotations.Nullable;

/** The part of a field's settings that is a panel's own, as JSON. */
sealed interface Custom {
  /** Nothing. */
  record Plain() implements Custom {}

  /** Of lines over time. */
  @JsonInclude(Include.NON_NULL)
  record Line(
      String drawStyle,
      String lineInterpolation,
      int lineWidth,
      int fillOpacity,
      String showPoints,
      boolean spanNulls,
      Stacking stacking,
      String axisLabel,
      boolean axisBorderShow,
      @Nullable Double axisSoftMin,
      Scale scaleDistribution)
      implements Custom {}

  /** Whether series are put upon one another. */
  record Stacking(String mode, String group) {}

  /** Linear or logarithmic. */
  @JsonInclude(Include.NON_NULL)
  record Scale(String type, @Nullable Integer log) {
    static final Scale LINEAR = new Scale("linear", null);
    static final Scale LOGARITHMIC = new Scale("log", 10);
  }

  /** Of cells in rows of states. */
  record Cell(int fillOpacity, int lineWidth) implements Custom {}

  /** Of tables. */
  record Column(String align, CellOptions cellOptions, boolean inspect, boolean filterable)
      implements Custom {}

  /** How a cell of a table looks. */
  @JsonInclude(Include.NON_NULL)
  record CellOptions(String type, @Nullable String mode, @Nullable String valueDisplayMode) {
    static final CellOptions PLAIN = new CellOptions("auto", null, null);
    static final CellOptions COLOURED = new CellOptions("color-text", null, null);
    static final CellOptions BAR = new CellOptions("gauge", "basic", "text");
  }

  /** Of bars. */
  record Bar(
      int fillOpacity, int lineWidth, String gradientMode, String axisLabel, double axisSoftMin)
      implements Custom {}

  /** Of points in a plane. */
  record Point(
      String show, PointSize pointSize, String pointShape, int pointStrokeWidth, int fillOpacity)
      implements Custom {}

  /** In pixels. */
  record PointSize(int fixed) {}
}
