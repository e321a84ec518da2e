package dev.sluice.dashboards.promql;

import dev.sluice.harness.telemetry.Label;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Name of a label: a declared one, or one of the few that others give. */
public final class Tag {
  /** Given by Prometheus: the scrape configuration's name. */
  public static final Tag JOB = new Tag("job");

  /** Given by Prometheus: host and port of what was scraped. */
  public static final Tag INSTANCE = new Tag("instance");

  /** Upper bound of a histogram's bucket. */
  public static final Tag BUCKET_BOUND = new Tag("le");

  /** Of {@link ForeignMeter#ALERTS}. */
  public static final Tag ALERT_NAME = new Tag("alertname");

  /** Of {@link ForeignMeter#ALERTS}. */
  public static final Tag ALERT_STATE = new Tag("alertstate");

  /** Of {@link ForeignMeter#ALERTS}: given by our rules. */
  public static final Tag SEVERITY = new Tag("severity");

  /** A GPU's UUID as DCGM exporter writes it. */
  public static final Tag DCGM_UUID = new Tag("UUID");

  /** Number of a GPU in its host, of DCGM exporter. */
  public static final Tag DCGM_GPU = new Tag("gpu");

  /** Heap or not, of Micrometer's memory meters. */
  public static final Tag AREA = of(Label.AREA);

  /** Made by an expression: what a row of a picture is called. */
  public static final Tag ROW = new Tag("row");

  /** Made by an expression: a number of a step as text. */
  public static final Tag STEP = new Tag("step");

  private final String id;

  private Tag(String id) {
    this.id = id;
  }

  /** A declared label. */
  public static Tag of(Label label) {
    return new Tag(label.id());
  }

  static Tag[] all(Label... labels) {
    return Arrays.stream(labels).map(Tag::of).toArray(Tag[]::new);
  }

  static String list(Tag... tags) {
    return Arrays.stream(tags).map(Tag::id).collect(Collectors.joining(", "));
  }

  /** As it is exposed. */
  public String id() {
    return id;
  }

  /** How a legend or an annotation shows its value. */
  public String shown() {
    return "{{" + id + "}}";
  }

  @Override
  public String toString() {
    return id;
  }
}
