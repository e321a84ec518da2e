package dev.sluice.dashboards.grafana;

import dev.sluice.dashboards.grafana.FieldConfig.Color;
import dev.sluice.dashboards.grafana.FieldConfig.Mapped;
import dev.sluice.dashboards.grafana.FieldConfig.Mapping;
import dev.sluice.dashboards.grafana.FieldConfig.Property;
import dev.sluice.dashboards.grafana.Options.Legend;
import dev.sluice.dashboards.grafana.Options.Tooltip;
import dev.sluice.dashboards.promql.Tag;
import dev.sluice.harness.telemetry.Label;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One method for each kind of panel; every panel says which question it answers. */
public final class Panels {
  private Panels() {}

  static Custom.Line line(int fill, Custom.Stacking stacking, Custom.Scale scale) {
    return new Custom.Line(
        "line", "linear", 2, fill, "never", true, stacking, "", false, null, scale);
  }

  /** Lines over time. */
  public static PanelBuilder timeSeries(String title, String question) {
    return new PanelBuilder(
        "timeseries",
        title,
        question,
        new Options.TimeSeries(Legend.BELOW, Tooltip.ALL),
        line(0, new Custom.Stacking("none", "A"), Custom.Scale.LINEAR));
  }

  /** One number, or a few, each with its name. */
  public static PanelBuilder stat(String title, String question) {
    return new PanelBuilder("stat", title, question, Options.Stat.of(false), new Custom.Plain())
        .size(4, 4)
        .colour(Colour.BLUE)
        .now();
  }

  /** A few numbers, each with its name. */
  public static PanelBuilder stats(String title, String question) {
    return stat(title, question).options(Options.Stat.of(true));
  }

  /** A row for each value of a label; columns are added by {@link Columns}. */
  public static Columns table(String title, String question, Label key) {
    PanelBuilder panel =
        new PanelBuilder(
                "table",
                title,
                question,
                new Options.Table(true, "sm", 0, List.of()),
                new Custom.Column("auto", Custom.CellOptions.PLAIN, false, true))
            .size(24, 8)
            .colour(Color.BY_THRESHOLD)
            .tables()
            .transformed(
                "filterFieldsByName", new Include(new Pattern("^(" + key.id() + "|Value.*)$")))
            .transformed("joinByField", new JoinBy(key.id(), "outer"));
    return new Columns(panel, key);
  }

  /** A row for each series, with the labels that the expression leaves and its value. */
  public static PanelBuilder list(String title, String question, String value) {
    return rows(title, question, new Organize(Map.of("Time", true), Map.of("Value", value)));
  }

  /** A row for each series of an info meter, whose value says nothing. */
  public static PanelBuilder facts(String title, String question) {
    Map<String, Boolean> hidden = new LinkedHashMap<>();
    hidden.put("Time", true);
    hidden.put("Value", true);
    return rows(title, question, new Organize(hidden, Map.of())).unit(Unit.NUMBER);
  }

  private static PanelBuilder rows(String title, String question, Organize columns) {
    return new PanelBuilder(
            "table",
            title,
            question,
            new Options.Table(true, "sm", 0, List.of()),
            new Custom.Column("auto", Custom.CellOptions.PLAIN, false, true))
        .colour(Color.BY_THRESHOLD)
        .tables()
        .transformed("organize", columns);
  }

  /** A bar for each value of a label, the smallest first. */
  public static PanelBuilder ranking(String title, String question, Label bar) {
    return bars(title, question, bar.id())
        .colour(Color.BY_VALUE)
        .transformed("organize", new Organize(Map.of("Time", true), Map.of()))
        .transformed("sortBy", new SortBy(List.of(new SortBy.Field("Value", false))));
  }

  /** A group of bars for each value of one label, in it a bar for each of another. */
  public static PanelBuilder groups(String title, String question, Label group, Label bar) {
    return bars(title, question, group.id() + "\\" + bar.id())
        .transformed("groupingToMatrix", new Matrix(bar.id(), group.id(), "Value", "null"));
  }

  /** The same as rows and columns. */
  public static PanelBuilder matrix(String title, String question, Label row, Label column) {
    return new PanelBuilder(
            "table",
            title,
            question,
            new Options.Table(true, "sm", 0, List.of()),
            new Custom.Column("auto", Custom.CellOptions.COLOURED, false, false))
        .colour(Color.BY_THRESHOLD)
        .tables()
        .transformed("groupingToMatrix", new Matrix(column.id(), row.id(), "Value", "null"));
  }

  private static PanelBuilder bars(String title, String question, String field) {
    return new PanelBuilder(
            "barchart",
            title,
            question,
            new Options.BarChart(
                field,
                "auto",
                0.9,
                0.8,
                "none",
                "auto",
                -45,
                16,
                0,
                false,
                Legend.BELOW,
                Tooltip.ALL),
            new Custom.Bar(80, 0, "none", "", 0))
        .tables();
  }

  /**
   * A point for each value of a label: the first query gives what goes to the right, the second what
   * goes up.
   */
  public static PanelBuilder plane(String title, String question, Label point) {
    String name = "${__field.labels." + point.id() + "}";
    return new PanelBuilder(
            "xychart",
            title,
            question,
            new Options.XyChart("auto", List.of(), Legend.BELOW, Tooltip.ONE),
            new Custom.Point("points", new Custom.PointSize(10), "circle", 1, 70))
        .tables()
        .transformed(
            "filterFieldsByName", new Include(new Pattern("^(" + point.id() + "|Value.*)$")))
        .transformed("joinByField", new JoinBy(point.id(), "inner"))
        .transformed(
            "partitionByValues",
            new Partition(List.of(point.id()), false, new Partition.Naming(true)))
        .named(name);
  }

  /** A cell for each series and time; series have numbers for names, the smallest on top. */
  public static PanelBuilder heatmap(String title, String question, String what) {
    return new PanelBuilder(
            "heatmap",
            title,
            question,
            new Options.Heatmap(
                false,
                new Options.Heatmap.Rows("auto", what),
                new Options.Heatmap.Color(
                    "scheme", "Viridis", "dark-orange", "exponential", 0.5, 64, true),
                new Options.Heatmap.YAxis("left", true, Unit.NUMBER.id()),
                new Options.Heatmap.Cells(Unit.NUMBER.id(), 3),
                0,
                new Options.Heatmap.Shown(true),
                new Options.Heatmap.HeatTooltip("single", true, false),
                new Options.Heatmap.Exemplars("rgba(255,255,255,0.7)"),
                "never"),
            new Custom.Plain())
        .points(200);
  }

  /** A cell for each series and time, in the colours of codes. */
  public static PanelBuilder statusHistory(String title, String question) {
    return new PanelBuilder(
            "status-history",
            title,
            question,
            new Options.StatusHistory(0.9, 1, 40, "never", Legend.BELOW, Tooltip.ONE),
            new Custom.Cell(80, 0))
        .colour(Color.BY_THRESHOLD)
        .unit(Unit.TEXT)
        .points(100);
  }

  /** A bar for as long as a state lasts. */
  public static PanelBuilder stateTimeline(String title, String question) {
    return new PanelBuilder(
            "state-timeline",
            title,
            question,
            new Options.StateTimeline(0.8, "auto", true, "left", 20, Legend.BELOW, Tooltip.ONE),
            new Custom.Cell(80, 0))
        .colour(Color.BY_THRESHOLD)
        .unit(Unit.TEXT);
  }

  /** Words for codes from 0 on. */
  public static Mapping codes(List<String> words, List<Colour> colours) {
    Map<String, Mapped> codes = new LinkedHashMap<>();
    for (int code = 0; code < words.size(); code++) {
      codes.put(String.valueOf(code), new Mapped(words.get(code), colours.get(code).hex(), code));
    }
    return new Mapping("value", codes);
  }

  static Property property(String id, Object value) {
    return new Property(id, value);
  }

  /** A legend that is one label's value. */
  public static String name(Label label) {
    return Tag.of(label).shown();
  }

  private record Pattern(String pattern) {}

  private record Include(Pattern include) {}

  private record JoinBy(String byField, String mode) {}

  private record Organize(Map<String, Boolean> excludeByName, Map<String, String> renameByName) {}

  private record SortBy(List<Field> sort) {
    private record Field(String field, boolean desc) {}
  }

  private record Matrix(
      String columnField, String rowField, String valueField, String emptyValue) {}

  private record Partition(List<String> fields, boolean keepFields, Naming naming) {
    private record Naming(boolean asLabels) {}
  }
}
