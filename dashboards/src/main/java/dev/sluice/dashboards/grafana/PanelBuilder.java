package dev.sluice.dashboards.grafana;

import dev.sluice.dashboards.grafana.FieldConfig.Color;
import dev.sluice.dashboards.grafana.FieldConfig.Defaults;
import dev.sluice.dashboards.grafana.FieldConfig.Mapping;
import dev.sluice.dashboards.grafana.FieldConfig.Matcher;
import dev.sluice.dashboards.grafana.FieldConfig.Property;
import dev.sluice.dashboards.grafana.FieldConfig.Special;
import dev.sluice.dashboards.grafana.FieldConfig.Thresholds;
import dev.sluice.dashboards.grafana.Panel.GridPos;
import dev.sluice.dashboards.grafana.Panel.Target;
import dev.sluice.dashboards.grafana.Panel.Transformation;
import dev.sluice.dashboards.promql.Expr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what a panel shows; {@link Panels} begins one of each kind. */
public final class PanelBuilder {
  /** Options and settings are of the schema that @grafana/schema has under this version. */
  private static final String PLUGIN_VERSION = "13.2.2";

  private final String type;
  private final String title;
  private final String description;
  private final List<Target> targets = new ArrayList<>();
  private final List<Transformation> transformations = new ArrayList<>();
  private final List<Special> overrides = new ArrayList<>();
  private final List<Mapping> mappings = new ArrayList<>();
  private final List<Link.OfValue> links = new ArrayList<>();
  private Options options;
  private Custom custom;
  private String format = "time_series";
  private boolean instant;
  private Unit unit = Unit.COUNT;
  private Color color = Color.BY_NAME;
  private Thresholds thresholds = Thresholds.none();
  private @Nullable Integer decimals;
  private @Nullable Double min;
  private @Nullable Double max;
  private @Nullable String displayName;
  private @Nullable Integer maxDataPoints;
  private String noValue = "–";
  private int width = 12;
  private int height = 8;

  /**
   * @param description the question that the panel answers, and how to read it
   */
  PanelBuilder(String type, String title, String description, Options options, Custom custom) {
    this.type = type;
    this.title = title;
    this.description = description;
    this.options = options;
    this.custom = custom;
  }

  /** In columns of 24, and in rows of about 30 pixels. */
  public PanelBuilder size(int columns, int rows) {
    this.width = columns;
    this.height = rows;
    return this;
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  /** Of all values that have no other. */
  public PanelBuilder unit(Unit all) {
    this.unit = all;
    return this;
  }

  /** Digits after the point. */
  public PanelBuilder decimals(int digits) {
    this.decimals = digits;
    return this;
  }

  /** The axis begins no higher than this and ends no lower. */
  public PanelBuilder between(double least, double most) {
    this.min = least;
    this.max = most;
    return this;
  }

  /** The axis begins no higher than 0. */
  public PanelBuilder fromZero() {
    this.min = 0.0;
    return this;
  }

  /** What stands there when there is no value. */
  public PanelBuilder otherwise(String text) {
    this.noValue = text;
    return this;
  }

  /** All values in one colour. */
  public PanelBuilder colour(Colour all) {
    this.color = Color.of(all);
    return this;
  }

  PanelBuilder colour(Color all) {
    this.color = all;
    return this;
  }

  PanelBuilder named(String name) {
    this.displayName = name;
    return this;
  }

  PanelBuilder points(int most) {
    this.maxDataPoints = most;
    return this;
  }

  /** The colour changes where values reach the bound. */
  public PanelBuilder alarm(double bound, Colour below, Colour from) {
    this.color = Color.BY_THRESHOLD;
    this.thresholds =
        new Thresholds(
            "absolute",
            List.of(
                new Thresholds.Step(below.hex(), null), new Thresholds.Step(from.hex(), bound)));
    return this;
  }

  /** Codes as words; series then have the colours of these. */
  public PanelBuilder codes(Mapping codes) {
    mappings.add(codes);
    return this;
  }

  /** A link that each value has. */
  public PanelBuilder link(Link.OfValue link) {
    links.add(link);
    return this;
  }

  /** Lines on a logarithmic axis. */
  public PanelBuilder logarithmic() {
    if (!(custom instanceof Custom.Line line)) {
      throw new IllegalStateException(type + " has no lines");
    }
    this.custom = Panels.line(line.fillOpacity(), line.stacking(), Custom.Scale.LOGARITHMIC);
    return this;
  }

  /** Areas upon one another. */
  public PanelBuilder stacked() {
    this.custom = Panels.line(30, new Custom.Stacking("normal", "A"), Custom.Scale.LINEAR);
    return this;
  }

  /** The names of many series stand beside the picture, the largest value first. */
  public PanelBuilder manySeries() {
    this.options = new Options.TimeSeries(Options.Legend.TABLE, Options.Tooltip.ALL);
    return this;
  }

  /** A query, with the name of its series as text and labels. */
  public PanelBuilder query(Expr expr, String legend) {
    String refId = String.valueOf((char) ('A' + targets.size()));
    targets.add(
        new Target(
            refId,
            DataSource.CHOSEN,
            "code",
            expr.text(),
            legend,
            !instant,
            instant,
            format,
            false,
            null));
    return this;
  }

  /** A query whose series has a colour of its own. */
  public PanelBuilder query(Expr expr, String legend, Colour colour) {
    query(expr, legend);
    overrides.add(
        special(Matcher.query(targets.getLast().refId()), new Property("color", Color.of(colour))));
    return this;
  }

  /** The last query's exemplars are shown as well. */
  public PanelBuilder withExemplars() {
    Target t = targets.removeLast();
    targets.add(
        new Target(
            t.refId(),
            t.datasource(),
            t.editorMode(),
            t.expr(),
            t.legendFormat(),
            t.range(),
            t.instant(),
            t.format(),
            true,
            t.interval()));
    return this;
  }

  /** What is different for a field. */
  PanelBuilder field(String name, Property... properties) {
    overrides.add(special(Matcher.field(name), properties));
    return this;
  }

  private static Special special(Matcher matcher, Property... properties) {
    return new Special(matcher, Arrays.asList(properties));
  }

  PanelBuilder tables() {
    this.format = "table";
    return now();
  }

  PanelBuilder now() {
    this.instant = true;
    return this;
  }

  PanelBuilder transformed(String id, Object how) {
    transformations.add(new Transformation(id, how));
    return this;
  }

  PanelBuilder options(Options all) {
    this.options = all;
    return this;
  }

  /** The place of the next column's query: its letter. */
  String nextQuery() {
    return String.valueOf((char) ('A' + targets.size()));
  }

  Panel.Graph build(int id, int x, int y) {
    return new Panel.Graph(
        id,
        type,
        PLUGIN_VERSION,
        title,
        description,
        DataSource.CHOSEN,
        new GridPos(height, width, x, y),
        List.copyOf(targets),
        List.copyOf(transformations),
        new FieldConfig(defaults(), List.copyOf(overrides)),
        options,
        maxDataPoints,
        null);
  }

  private Defaults defaults() {
    return new Defaults(
        unit.id(),
        decimals,
        min,
        max,
        displayName,
        noValue,
        color,
        List.copyOf(mappings),
        thresholds,
        List.copyOf(links),
        custom);
  }
}
