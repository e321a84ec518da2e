package dev.sluice.dashboards.promql;

import dev.sluice.harness.telemetry.Label;

/** On which labels the two sides of an operator are matched. */
public record Match(String text) {
  /** Both sides have one series for these labels. */
  public static Match on(Label... labels) {
    return on(Tag.all(labels));
  }

  /** Both sides have one series for these labels. */
  public static Match on(Tag... labels) {
    return new Match("on (" + Tag.list(labels) + ")");
  }

  /** The left side has many series for one of the right, and takes these labels over. */
  public Match many(Label... takenOver) {
    return new Match(text + " group_left (" + Tag.list(Tag.all(takenOver)) + ")");
  }
}
