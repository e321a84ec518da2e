package dev.sluice.dashboards.promql;

import dev.sluice.harness.telemetry.Label;

/** One value for all series, or for each set of values of the labels that stay. */
public final class Aggregation extends Expr {
  private final String operator;
  private final String inner;

  Aggregation(String operator, String inner) {
    super(operator + " (" + inner + ")");
    this.operator = operator;
    this.inner = inner;
  }

  /** The labels that stay. */
  public Expr by(Label... labels) {
    return by(Tag.all(labels));
  }

  /** The labels that stay. */
  public Expr by(Tag... labels) {
    return new Expr(operator + " by (" + Tag.list(labels) + ") (" + inner + ")");
  }
}
