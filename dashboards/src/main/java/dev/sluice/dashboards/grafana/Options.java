package dev.sluice.dashboards.grafana;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The options of each kind of panel, as JSON. */
public sealed interface Options {

  /** Where series are named, and what is said of them. */
  @JsonInclude(Include.NON_NULL)
  record Legend(
      boolean showLegend,
      String displayMode,
      String placement,
      List<String> calcs,
      @Nullable String sortBy,
      @Nullable Boolean sortDesc) {
    static final Legend BELOW = new Legend(true, "list", "bottom", List.of(), null, null);
    static final Legend TABLE =
        new Legend(true, "table", "right", List.of("lastNotNull"), "Last *", true);
  }

  /** What is shown at the pointer. */
  record Tooltip(String mode, String sort) {
    static final Tooltip ALL = new Tooltip("multi", "desc");
    static final Tooltip ONE = new Tooltip("single", "none");
  }

  /** How a series becomes one value. */
  record Reduce(List<String> calcs, String fields, boolean values) {
    static final Reduce LAST = new Reduce(List.of("lastNotNull"), "", false);
  }

  /** Lines over time. */
  record TimeSeries(Legend legend, Tooltip tooltip) implements Options {}

  /** One number, large. */
  record Stat(
      Reduce reduceOptions,
      String orientation,
      String colorMode,
      String graphMode,
      String justifyMode,
      String textMode,
      boolean wideLayout,
      boolean showPercentChange,
      String percentChangeColorMode)
      implements Options {
    static Stat of(boolean named) {
      return new Stat(
          Reduce.LAST,
          "auto",
          "value",
          "none",
          "auto",
          named ? "value_and_name" : "value",
          true,
          false,
          "standard");
    }
  }

  /** Rows and columns. */
  record Table(boolean showHeader, String cellHeight, int frameIndex, List<Sort> sortBy)
      implements Options {
    /** By which column. */
    public record Sort(String displayName, boolean desc) {}
  }

  /** Bars side by side. */
  record BarChart(
      String xField,
      String orientation,
      double barWidth,
      double groupWidth,
      String stacking,
      String showValue,
      int xTickLabelRotation,
      int xTickLabelMaxLength,
      int xTickLabelSpacing,
      boolean fullHighlight,
      Legend legend,
      Tooltip tooltip)
      implements Options {}

  /** Points in a plane. */
  record XyChart(String mapping, List<Object> series, Legend legend, Tooltip tooltip)
      implements Options {}

  /** Cells by time and row. */
  record Heatmap(
      boolean calculate,
      Rows rowsFrame,
      Color color,
      YAxis yAxis,
      Cells cellValues,
      int cellGap,
      Shown legend,
      HeatTooltip tooltip,
      Exemplars exemplars,
      String showValue)
      implements Options {
    /** What a row and its values are. */
    public record Rows(String layout, String value) {}

    /** From a value to a colour. */
    public record Color(
        String mode,
        String scheme,
        String fill,
        String scale,
        double exponent,
        int steps,
        boolean reverse) {}

    /** Rows from top to bottom, where reversed. */
    public record YAxis(String axisPlacement, boolean reverse, String unit) {}

    /** Numbers in cells and in the legend. */
    public record Cells(String unit, int decimals) {}

    /** Whether there is a legend. */
    public record Shown(boolean show) {}

    /** What is shown at the pointer. */
    public record HeatTooltip(String mode, boolean showColorScale, boolean yHistogram) {}

    /** Colour of exemplars. */
    public record Exemplars(String color) {}
  }

  /** One cell for each row and time. */
  record StatusHistory(
      double rowHeight,
      double colWidth,
      int perPage,
      String showValue,
      Legend legend,
      Tooltip tooltip)
      implements Options {}

  /** Bars for the times in which a state lasts. */
  record StateTimeline(
      double rowHeight,
      String showValue,
      boolean mergeValues,
      String alignValue,
      int perPage,
      Legend legend,
      Tooltip tooltip)
      implements Options {}
}
