package dev.sluice.dashboards.grafana;

import java.util.List;

/** A heading with the panels below it. */
public record Section(String title, boolean collapsed, List<PanelBuilder> panels) {
  public Section {
    panels = List.copyOf(panels);
  }

  /** One that is open. */
  public static Section open(String title, PanelBuilder... panels) {
    return new Section(title, false, List.of(panels));
  }

  /** One that is opened by a click; until then its queries cost nothing. */
  public static Section closed(String title, PanelBuilder... panels) {
    return new Section(title, true, List.of(panels));
  }
}
