package dev.sluice.dashboards.promql;

import dev.sluice.harness.telemetry.Label;
import java.util.ArrayList;
import java.util.List;

/** The series of one name whose labels are as asked for. */
public final class Selector extends Expr {
  private final Source source;
  private final List<String> conditions;

  private Selector(Source source, List<String> conditions) {
    super(conditions.isEmpty() ? source.series() : text(source, conditions));
    this.source = source;
    this.conditions = List.copyOf(conditions);
  }

  /** All series of a name. */
  public static Selector of(Source source) {
    return new Selector(source, List.of());
  }

  private static String text(Source source, List<String> conditions) {
    return source.series() + "{" + String.join(",", conditions) + "}";
  }

  /** Those whose label has the value. */
  public Selector is(Label label, String value) {
    return is(Tag.of(label), value);
  }

  /** Those whose label has the value. */
  public Selector is(Tag label, String value) {
    return with(label, "=", value);
  }

  /** Those whose label has another value. */
  public Selector isNot(Label label, String value) {
    return with(Tag.of(label), "!=", value);
  }

  /** Those whose label matches a regular expression as a whole. */
  public Selector matches(Tag label, String regex) {
    return with(label, "=~", regex);
  }

  /**
   * @throws IllegalArgumentException where the series have no such label
   */
  private Selector with(Tag label, String operator, String value) {
    if (!source.labels().contains(label.id())) {
      throw new IllegalArgumentException(
          source.series() + " has no label " + label + ", only " + source.labels());
    }
    List<String> more = new ArrayList<>(conditions);
    more.add(label.id() + operator + "\"" + value + "\"");
    return new Selector(source, more);
  }

  /** The samples of a time before each moment. */
  public Range in(String window) {
    return new Range(text() + "[" + window + "]");
  }

  /** The values so long before. */
  public Expr before(String time) {
    return new Expr(text() + " offset " + time);
  }
}
