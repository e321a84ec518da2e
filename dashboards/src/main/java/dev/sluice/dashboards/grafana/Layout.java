package dev.sluice.dashboards.grafana;

import dev.sluice.dashboards.grafana.Panel.GridPos;
import java.util.ArrayList;
import java.util.List;

/** Places panels from the left to the right and from the top to the bottom. */
final class Layout {
  private static final int COLUMNS = 24;

  private final List<Panel> placed = new ArrayList<>();
  private int id = 1;
  private int x;
  private int y;
  private int lineHeight;

  private Layout() {}

  static List<Panel> of(List<Section> sections) {
    Layout layout = new Layout();
    sections.forEach(layout::add);
    return List.copyOf(layout.placed);
  }

  private void add(Section section) {
    newLine();
    int row = id++;
    GridPos place = new GridPos(1, COLUMNS, 0, y++);
    int below = y;
    List<Panel.Graph> graphs = section.panels().stream().map(this::place).toList();
    newLine();
    List<Panel.Graph> inside = section.collapsed() ? graphs : List.of();
    placed.add(new Panel.Row(row, "row", section.title(), section.collapsed(), place, inside));
    if (section.collapsed()) {
      y = below;
    } else {
      placed.addAll(graphs);
    }
  }

  private Panel.Graph place(PanelBuilder panel) {
    if (x + panel.width() > COLUMNS) {
      newLine();
    }
    Panel.Graph graph = panel.build(id++, x, y);
    x += panel.width();
    lineHeight = Math.max(lineHeight, panel.height());
    return graph;
  }

  private void newLine() {
    y += lineHeight;
    x = 0;
    lineHeight = 0;
  }
}
