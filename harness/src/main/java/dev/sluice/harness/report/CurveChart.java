package dev.sluice.harness.report;

import dev.sluice.harness.presentation.Axis;
import dev.sluice.harness.presentation.Markup;
import dev.sluice.harness.presentation.Sections;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;

/**
 * One curve over the share of sublayers that is cut, as SVG that stretches with the page while its
 * text keeps its size. Linear and logarithmic axes are both in the page; a radio button chooses.
 */
final class CurveChart {
  private final String id;
  private final String label;
  private final List<Point> points;

  /**
   * One prefix of the order.
   *
   * @param share of sublayers cut, 0 to 1
   * @param value on the vertical axis; drawn only if finite
   * @param error half the height of the band; none where it is NaN
   * @param title what a pointer that rests on the point is told
   * @param step 0 for the intact model
   */
  record Point(double share, double value, double error, String title, int step) {
    boolean drawn() {
      return Double.isFinite(value);
    }

    double low() {
      return Double.isFinite(error) ? value - error : value;
    }

    double high() {
      return Double.isFinite(error) ? value + error : value;
    }
  }

  /** A curve of which at least one point is finite. */
  CurveChart(String id, String label, List<Point> points) {
    this.id = id;
    this.label = label;
    this.points = points.stream().filter(Point::drawn).toList();
  }

  boolean isEmpty() {
    return points.isEmpty();
  }

  void write(Markup page) {
    List<Point> positive = points.stream().filter(p -> p.value() > 0).toList();
    boolean both = positive.size() > 1;
    page.open("div", "class", "chart");
    if (both) {
      choice(page, "linear", true);
      choice(page, "log", false);
    }
    page.element("p", label, "class", "axis");
    plot(page, "linear", points, linear(points));
    if (both) {
      plot(page, "log", positive, logarithmic(positive));
    }
    page.element("p", "share of sublayers cut", "class", "axis below").closeLine();
  }

  static Axis linear(List<Point> points) {
    return Axis.linear(
        points.stream().mapToDouble(Point::low).min().orElse(0),
        points.stream().mapToDouble(Point::high).max().orElse(1));
  }

  static Axis logarithmic(List<Point> points) {
    return Axis.logarithmic(
        points.stream().mapToDouble(Point::value).min().orElse(1),
        points.stream().mapToDouble(Point::high).max().orElse(10));
  }

  static Axis shares(List<Point> points) {
    return Axis.shares(points.stream().mapToDouble(Point::share).max().orElse(1));
  }

  private void choice(Markup page, String scale, boolean checked) {
    String name = id + "-" + scale;
    String[] attributes = {"type", "radio", "name", id, "id", name, "class", "pick " + scale};
    if (checked) {
      attributes = Arrays.copyOf(attributes, attributes.length + 2);
      attributes[attributes.length - 2] = "checked";
      attributes[attributes.length - 1] = "checked";
    }
    page.single("input", attributes).element("label", scale, "for", name);
  }

  private void plot(Markup page, String scale, List<Point> drawn, Axis axis) {
    page.open("div", "class", "plot " + scale);
    page.open(
        "svg", "role", "img", "aria-label", label + " over the share of sublayers cut, " + scale);
    DoubleUnaryOperator x = shares(drawn)::place;
    DoubleUnaryOperator y = v -> 1 - axis.place(v);
    Sections.grid(page, shares(drawn), axis);
    page.open("svg", "viewBox", "0 0 1000 1000", "preserveAspectRatio", "none");
    page.element("polygon", "", "class", "band", "points", band(drawn, x, y));
    page.element("polyline", "", "class", "curve", "points", line(drawn, x, y));
    page.close();
    for (Point p : drawn) {
      page.open(
          "circle",
          "cx",
          Sections.percent(x.applyAsDouble(p.share())),
          "cy",
          Sections.percent(y.applyAsDouble(p.value())),
          "r",
          "4.5",
          "class",
          p.step() == 0 ? "point intact" : "point",
          "data-step",
          Integer.toString(p.step()));
      page.element("title", p.title()).close();
    }
    page.close().closeLine();
  }

  private static String line(List<Point> drawn, DoubleUnaryOperator x, DoubleUnaryOperator y) {
    StringBuilder path = new StringBuilder();
    drawn.forEach(p -> path.append(pair(x.applyAsDouble(p.share()), y.applyAsDouble(p.value()))));
    return path.toString().strip();
  }

  private static String band(List<Point> drawn, DoubleUnaryOperator x, DoubleUnaryOperator y) {
    StringBuilder path = new StringBuilder();
    drawn.forEach(p -> path.append(pair(x.applyAsDouble(p.share()), y.applyAsDouble(p.high()))));
    drawn
        .reversed()
        .forEach(p -> path.append(pair(x.applyAsDouble(p.share()), y.applyAsDouble(p.low()))));
    return path.toString().strip();
  }

  private static String pair(double x, double y) {
    return String.format(Locale.ROOT, "%.1f,%.1f ", 1000 * x, 1000 * y);
  }
}
