package dev.sluice.harness.comparison;

import dev.sluice.harness.presentation.Axis;
import dev.sluice.harness.presentation.Markup;
import dev.sluice.harness.presentation.Sections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What variants keep of their quality over what they save, a point each, as SVG. */
final class TradeOffChart {
  private final String label;
  private final String saved;
  private final List<Point> points;
  private final Axis x;
  private final Axis y;

  /**
   * A variant.
   *
   * @param share that is saved, 0 to 1
   * @param half of the 95 % interval; 0 where there is none
   * @param front whether the dashed line goes through it
   */
  record Point(String name, double share, double value, double half, boolean front) {}

  /**
   * @param saved what the horizontal axis is
   * @param points at least one
   */
  TradeOffChart(String label, String saved, List<Point> points) {
    this.label = label;
    this.saved = saved;
    this.points = points;
    this.x = Axis.shares(points.stream().mapToDouble(Point::share).max().orElse(1));
    this.y =
        Axis.linear(
            points.stream().mapToDouble(p -> p.value() - p.half()).min().orElse(0),
            points.stream().mapToDouble(p -> p.value() + p.half()).max().orElse(1));
  }

  void write(Markup page) {
    page.open("div", "class", "chart").element("p", label, "class", "axis");
    page.open("div", "class", "plot");
    page.open("svg", "role", "img", "aria-label", label + " over " + saved);
    Sections.grid(page, x, y);
    front(page);
    points.forEach(point -> point(page, point));
    page.close().close().element("p", saved, "class", "axis below").closeLine();
  }

  private void front(Markup page) {
    String line =
        points.stream()
            .filter(Point::front)
            .sorted(Comparator.comparingDouble(Point::share))
            .map(p ->
                String.format(
                    Locale.ROOT,
                    "%.1f,%.1f",
                    1000 * x.place(p.share()),
                    1000 * (1 - y.place(p.value()))))
            .collect(Collectors.joining(" "));
    page.open("svg", "viewBox", "0 0 1000 1000", "preserveAspectRatio", "none");
    page.element("polyline", "", "class", "front", "points", line).close();
  }

  private void point(Markup page, Point point) {
    String at = Sections.percent(x.place(point.share()));
    String height = Sections.percent(1 - y.place(point.value()));
    String high = Sections.percent(1 - y.place(point.value() + point.half()));
    String low = Sections.percent(1 - y.place(point.value() - point.half()));
    page.element("line", "", "class", "whisker", "x1", at, "x2", at, "y1", high, "y2", low);
    page.open(
        "circle",
        "cx",
        at,
        "cy",
        height,
        "r",
        "4.5",
        "class",
        point.front() ? "point" : "point beaten");
    page.element("title", "%s: %s".formatted(point.name(), ComparisonRows.percent(point.share())))
        .close();
    boolean right = x.place(point.share()) > 0.7;
    page.element(
        "text",
        point.name(),
        "class",
        "name",
        "x",
        at,
        "y",
        height,
        "dx",
        right ? "-9" : "9",
        "dy",
        "-0.5em",
        "text-anchor",
        right ? "end" : "start");
  }
}
