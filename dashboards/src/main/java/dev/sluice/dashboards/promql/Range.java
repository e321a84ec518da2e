package dev.sluice.dashboards.promql;

/** Samples of a time before each moment. */
public record Range(String text) {
  /** Increase per second of a counter. */
  public Expr rate() {
    return call("rate");
  }

  /** Increase of a counter. */
  public Expr increase() {
    return call("increase");
  }

  /** How often a gauge took another value. */
  public Expr changes() {
    return call("changes");
  }

  /** The greatest value. */
  public Expr max() {
    return call("max_over_time");
  }

  /** The smallest value. */
  public Expr min() {
    return call("min_over_time");
  }

  private Expr call(String function) {
    return new Expr(function + "(" + text + ")");
  }
}
