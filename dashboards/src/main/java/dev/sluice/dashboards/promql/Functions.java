package dev.sluice.dashboards.promql;

import dev.sluice.harness.telemetry.Label;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Functions and aggregations of PromQL, as far as they are used. */
public final class Functions {
  private Functions() {}

  /** Adds series up. */
  public static Aggregation sum(Expr of) {
    return new Aggregation("sum", of.text());
  }

  /** Mean over series. */
  public static Aggregation mean(Expr of) {
    return new Aggregation("avg", of.text());
  }

  /** Greatest over series. */
  public static Aggregation max(Expr of) {
    return new Aggregation("max", of.text());
  }

  /** Smallest over series. */
  public static Aggregation min(Expr of) {
    return new Aggregation("min", of.text());
  }

  /** How many series there are. */
  public static Aggregation count(Expr of) {
    return new Aggregation("count", of.text());
  }

  /** The series with the smallest values. */
  public static Expr lowest(int series, Expr of) {
    return new Expr("bottomk (" + series + ", " + of.text() + ")");
  }

  /** One series for each value, which becomes the text of a label. */
  public static Expr valuesAs(Tag label, Expr of, Label... kept) {
    return new Expr(
        "count_values by (%s) (\"%s\", %s)".formatted(Tag.list(Tag.all(kept)), label, of.text()));
  }

  /** A percentile of a histogram whose buckets' rates are given, {@code le} among the labels. */
  public static Expr quantile(double q, Expr buckets) {
    return new Expr("histogram_quantile(" + Expr.number(q) + ", " + buckets.text() + ")");
  }

  /** Logarithm to the base 10. */
  public static Expr log10(Expr of) {
    return new Expr("log10(" + of.text() + ")");
  }

  /** Square root. */
  public static Expr root(Expr of) {
    return new Expr("sqrt(" + of.text() + ")");
  }

  /** At least the bound. */
  public static Expr atLeast(double bound, Expr of) {
    return new Expr("clamp_min(" + of.text() + ", " + Expr.number(bound) + ")");
  }

  /** Ascending, in tables. */
  public static Expr sorted(Expr of) {
    return new Expr("sort(" + of.text() + ")");
  }

  /** Now, Unix time. */
  public static Expr time() {
    return new Expr("time()");
  }

  /** The value where there is no series. */
  public static Expr orElse(double value, Expr of) {
    return of.or(new Expr("vector(" + Expr.number(value) + ")"));
  }

  /** A new label of the values of others, a blank between them. */
  public static Expr labelled(Tag made, Expr of, Label... from) {
    String names =
        Arrays.stream(from).map(l -> "\"" + l.id() + "\"").collect(Collectors.joining(", "));
    return new Expr("label_join(%s, \"%s\", \" \", %s)".formatted(of.text(), made, names));
  }

  /** A new label with a fixed value. */
  public static Expr named(Tag made, String value, Expr of) {
    return new Expr(
        "label_replace(%s, \"%s\", \"%s\", \"\", \"\")".formatted(of.text(), made, value));
  }

  /** The value of a label under another name, where it is not empty. */
  public static Expr copied(Label from, Tag to, Expr of) {
    return new Expr(
        "label_replace(%s, \"%s\", \"$1\", \"%s\", \"(.+)\")".formatted(of.text(), to, from.id()));
  }
}
