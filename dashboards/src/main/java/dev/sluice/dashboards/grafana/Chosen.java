package dev.sluice.dashboards.grafana;

import dev.sluice.dashboards.grafana.Variable.Choice;
import dev.sluice.dashboards.promql.Selector;
import dev.sluice.dashboards.promql.Tag;
import dev.sluice.harness.telemetry.Label;
import java.util.Locale;

/** What can be chosen at the top of a dashboard. */
public enum Chosen {
  JOB("Scrape job", Choice.SEVERAL),
  SWEEPS("Sweeps", Choice.SEVERAL),
  EVALUATIONS("Evaluations", Choice.SEVERAL),
  SWEEP("Sweep", Choice.ONE),
  MEASURE("Measure", Choice.ONE),
  EVALUATION("Evaluation", Choice.ONE),
  BASELINE("Baseline", Choice.ONE),
  VARIANT("Variants", Choice.SEVERAL),
  TASK("Tasks", Choice.SEVERAL),
  METRIC("Metric of rightness", Choice.ONE),
  PERPLEXITY("Perplexity of", Choice.ONE),
  ASPECT("Aspect of size", Choice.ONE),
  DEVICE("Device", Choice.SEVERAL),
  PAGE("Sluice's own page", Choice.ONE);

  private final String title;
  private final Choice choice;

  Chosen(String title, Choice choice) {
    this.title = title;
    this.choice = choice;
  }

  /** The name in URLs and expressions. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  String title() {
    return title;
  }

  Choice choice() {
    return choice;
  }

  /** Where it stands in a link. */
  public String ref() {
    return "${" + id() + "}";
  }

  /** Series whose label has what is chosen. */
  public Selector of(Selector series, Label label) {
    return of(series, Tag.of(label));
  }

  /** Series whose label has what is chosen; with one value Grafana does not quote for patterns. */
  public Selector of(Selector series, Tag label) {
    return switch (choice) {
      case ONE -> series.is(label, "$" + id());
      case SEVERAL -> series.matches(label, "$" + id());
    };
  }
}
