package dev.sluice.dashboards;

import dev.sluice.dashboards.grafana.Dashboard;
import java.util.List;

/** All dashboards, each as the text of one file. */
public final class Dashboards {
  private Dashboards() {}

  /** In the order in which users meet them. */
  public static List<Dashboard> all() {
    return List.of(
        OverviewDashboard.dashboard(),
        SweepDashboard.dashboard(),
        CompareDashboard.dashboard(),
        EngineDashboard.dashboard());
  }
}
