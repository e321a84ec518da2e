package dev.sluice.dashboards.grafana;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;

/** A dashboard as classic JSON, which files can be provisioned with from Grafana 10.4 on. */
public record Dashboard(
    String uid,
    String title,
    String description,
    List<String> tags,
    int schemaVersion,
    int version,
    boolean editable,
    int graphTooltip,
    String timezone,
    String refresh,
    Times time,
    TimePicker timepicker,
    Variables templating,
    Annotations annotations,
    List<Link> links,
    List<Panel> panels) {
  private static final int SCHEMA = 42;
  private static final int SHARED_CROSSHAIR = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What time is shown. */
  public record Times(String from, String to) {}

  /** How often panels may ask. */
  public record TimePicker(@JsonProperty("refresh_intervals") List<String> intervals) {}

  /** What can be chosen. */
  public record Variables(List<Variable> list) {}

  /** What is marked in time. */
  public record Annotations(List<Annotation> list) {}

  /**
   * What a dashboard is.
   *
   * @param from the beginning of the time that is shown at first, such as {@code now-6h}
   */
  public record Heading(String uid, String title, String description, String from) {}

  /** What frames the panels. */
  public record Frame(List<Variable> variables, List<Annotation> annotations, List<Link> links) {}

  /** Places the panels. */
  public static Dashboard of(Heading heading, Frame frame, List<Section> sections) {
    List<Annotation> annotations = new ArrayList<>();
    annotations.add(Annotation.byHand());
    annotations.addAll(frame.annotations());
    return new Dashboard(
        heading.uid(),
        heading.title(),
        heading.description(),
        List.of("sluice"),
        SCHEMA,
        1,
        true,
        SHARED_CROSSHAIR,
        "browser",
        "10s",
        new Times(heading.from(), "now"),
        new TimePicker(List.of("5s", "10s", "30s", "1m", "5m", "15m")),
        new Variables(frame.variables()),
        new Annotations(annotations),
        frame.links(),
        Layout.of(sections));
  }

  /** The file's text. */
  public String json() {
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter);
    try {
      return JSON.writer(printer).writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records that cannot be written", e);
    }
  }
}
