package dev.sluice.dashboards.grafana;

import java.util.List;

/** A link at the top of a dashboard, as JSON. */
public record Link(
    String type,
    String title,
    String tooltip,
    String url,
    String icon,
    List<String> tags,
    boolean asDropdown,
    boolean includeVars,
    boolean keepTime,
    boolean targetBlank) {

  /** To another of our dashboards, with the time range and what is chosen. */
  public static Link dashboard(String uid, String title, String tooltip) {
    return new Link(
        "link", title, tooltip, "/d/" + uid, "dashboard", List.of(), false, true, true, false);
  }

  /** To Sluice's own pages, which know nothing of Grafana's times. */
  public static Link page(String path, String title, String tooltip) {
    return new Link(
        "link",
        title,
        tooltip,
        Chosen.PAGE.ref() + path,
        "external link",
        List.of(),
        false,
        false,
        false,
        true);
  }

  /** A link of a value in a panel, as JSON. */
  public record OfValue(String title, String url, boolean targetBlank) {

    /** To another of our dashboards, with the time range, the data source and one value more. */
    public static OfValue dashboard(String title, String uid, Chosen target, String value) {
      String url =
          "/d/%s?${__url_time_range}&${datasource:queryparam}&${job:queryparam}&${page:queryparam}&var-%s=%s"
              .formatted(uid, target.id(), value);
      return new OfValue(title, url, false);
    }

    /** To Sluice's own pages. */
    public static OfValue page(String title, String path) {
      return new OfValue(title, Chosen.PAGE.ref() + path, true);
    }
  }
}
