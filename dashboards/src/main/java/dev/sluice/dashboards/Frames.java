package dev.sluice.dashboards;

import dev.sluice.dashboards.grafana.Chosen;
import dev.sluice.dashboards.grafana.Link;
import dev.sluice.dashboards.grafana.Variable;
import dev.sluice.dashboards.promql.Selector;
import dev.sluice.dashboards.promql.Source;
import dev.sluice.harness.telemetry.Label;
import dev.sluice.harness.telemetry.ServiceMeter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What all dashboards have around their panels. */
final class Frames {
  static final String OVERVIEW = "sluice-overview";
  static final String SWEEP = "sluice-sweep";
  static final String COMPARE = "sluice-compare";
  static final String ENGINE = "sluice-engine";

  /** Where `sluice serve` listens unless it is told otherwise. */
  private static final String PAGE = "http://127.0.0.1:8080";

  /** A dashboard, what it is called in links, and what it answers. */
  private record Place(String uid, String title, String question) {}

  private static final List<Place> PLACES =
      List.of(
          new Place(OVERVIEW, "Overview", "All sweeps and evaluations: state, progress, failures"),
          new Place(SWEEP, "Sweep", "One sweep: what is cut, and what the candidates cost"),
          new Place(COMPARE, "Compare", "The variants of one evaluation side by side"),
          new Place(ENGINE, "Engine", "Device, memory, stream of prompts, JVM, service"));

  private Frames() {}

  /** The links of a dashboard: to the others, and to Sluice's own page. */
  static List<Link> links(String uid, Link page) {
    return Stream.concat(
            PLACES.stream()
                .filter(place -> !place.uid().equals(uid))
                .map(place -> Link.dashboard(place.uid(), place.title(), place.question())),
            Stream.of(page))
        .toList();
  }

  /** Data source and scrape job, then a dashboard's own, then the address of Sluice's page. */
  static List<Variable> variables(Variable... own) {
    List<Variable> all = new ArrayList<>();
    all.add(Variable.dataSource());
    all.add(
        Variable.jobs(
            Chosen.JOB,
            "Scrape jobs that have Sluice's own meters.",
            Selector.of(Source.of(ServiceMeter.BUILD_INFO))));
    all.addAll(List.of(own));
    all.add(Variable.text(Chosen.PAGE, "Where Sluice's own page is; links lead there.", PAGE));
    return List.copyOf(all);
  }

  /** The chosen value as a part of a path. */
  static String inPath(Chosen chosen) {
    return "${" + chosen.id() + ":percentencode}";
  }

  /** A label's value of a row in a table. */
  static String cell(Label label) {
    return "${__data.fields." + label.id() + "}";
  }
}
