package dev.sluice.dashboards.grafana;

import dev.sluice.dashboards.grafana.FieldConfig.Color;
import dev.sluice.dashboards.grafana.FieldConfig.Mapping;
import dev.sluice.dashboards.grafana.FieldConfig.Property;
import dev.sluice.dashboards.grafana.FieldConfig.Thresholds;
import dev.sluice.dashboards.promql.Expr;
import dev.sluice.harness.telemetry.Label;
import java.util.ArrayList;
import java.util.List;

/** The columns of a table with a row for each value of a label. */
public final class Columns {
  private final PanelBuilder panel;
  private final Label key;

  Columns(PanelBuilder panel, Label key) {
    this.panel = panel;
    this.key = key;
  }

  /** Links from the rows' names. */
  public Columns links(Link.OfValue... links) {
    panel.field(
        key.id(), new Property("links", List.of(links)), new Property("custom.minWidth", 140));
    return this;
  }

  /** A number; the expression leaves one series for each row. */
  public Columns column(String header, Expr expr, Unit unit) {
    return add(header, expr, unit);
  }

  /** A share as a bar from 0 to 1. */
  public Columns bar(String header, Expr expr) {
    return add(
        header,
        expr,
        Unit.SHARE,
        new Property("min", 0),
        new Property("max", 1),
        new Property("color", Color.of(Colour.SKY)),
        new Property("custom.cellOptions", Custom.CellOptions.BAR));
  }

  /** A code as a coloured word. */
  public Columns code(String header, Expr expr, Mapping codes) {
    return add(
        header,
        expr,
        Unit.TEXT,
        new Property("mappings", List.of(codes)),
        new Property("custom.cellOptions", Custom.CellOptions.COLOURED));
  }

  /** A number that is coloured from a bound on. */
  public Columns alarm(String header, Expr expr, Unit unit, double bound) {
    Thresholds.Step fine = new Thresholds.Step(Colour.GREEN.hex(), null);
    Thresholds.Step bad = new Thresholds.Step(Colour.VERMILION.hex(), bound);
    return add(
        header,
        expr,
        unit,
        new Property("thresholds", new Thresholds("absolute", List.of(fine, bad))),
        new Property("custom.cellOptions", Custom.CellOptions.COLOURED));
  }

  private Columns add(String header, Expr expr, Unit unit, Property... more) {
    List<Property> properties = new ArrayList<>();
    properties.add(new Property("displayName", header));
    properties.add(new Property("unit", unit.id()));
    properties.addAll(List.of(more));
    panel.field("Value #" + panel.nextQuery(), properties.toArray(Property[]::new));
    panel.query(expr, header);
    return this;
  }

  /** The table. */
  public PanelBuilder panel() {
    return panel;
  }
}
