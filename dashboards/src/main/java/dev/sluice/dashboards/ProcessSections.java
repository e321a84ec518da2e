package dev.sluice.dashboards;

import static dev.sluice.dashboards.Terms.RANGE;
import static dev.sluice.dashboards.Terms.RATE;
import static dev.sluice.dashboards.Terms.percentile;
import static dev.sluice.dashboards.Terms.series;
import static dev.sluice.dashboards.grafana.Panels.name;
import static dev.sluice.dashboards.promql.Functions.max;
import static dev.sluice.dashboards.promql.Functions.orElse;
import static dev.sluice.dashboards.promql.Functions.sum;

import dev.sluice.dashboards.grafana.Colour;
import dev.sluice.dashboards.grafana.PanelBuilder;
import dev.sluice.dashboards.grafana.Panels;
import dev.sluice.dashboards.grafana.Section;
import dev.sluice.dashboards.grafana.Unit;
import dev.sluice.dashboards.promql.Expr;
import dev.sluice.dashboards.promql.ForeignMeter;
import dev.sluice.dashboards.promql.Source;
import dev.sluice.dashboards.promql.Tag;
import dev.sluice.harness.telemetry.Label;
import dev.sluice.harness.telemetry.ServiceMeter;

/** The process and the service around the engine. */
final class ProcessSections {
  private ProcessSections() {}

  static Section jvm() {
    return Section.closed(
        "JVM and process",
        Panels.timeSeries("Heap", "Does the heap grow without end, or come near its limit?")
            .query(heap(ForeignMeter.HEAP_USED), "used", Colour.BLUE)
            .query(heap(ForeignMeter.HEAP_MAX), "limit", Colour.GREY)
            .query(sum(series(ForeignMeter.BUFFERS)), "buffers outside the heap", Colour.ORANGE)
            .unit(Unit.BYTES)
            .fromZero()
            .size(8, 7),
        Panels.timeSeries("Pauses", "How much of each second do garbage collections take?")
            .query(
                sum(series(ForeignMeter.COLLECTION_SECONDS).in(RATE).rate()),
                "in pauses",
                Colour.VERMILION)
            .unit(Unit.SHARE)
            .fromZero()
            .size(8, 7),
        Panels.timeSeries("Allocation", "How many bytes does each second allocate on the heap?")
            .query(sum(series(ForeignMeter.ALLOCATED).in(RATE).rate()), "allocated", Colour.BLUE)
            .unit(Unit.BYTES_PER_SECOND)
            .fromZero()
            .size(8, 7),
        Panels.timeSeries("CPU", "Does the process have the CPU, or do others take it?")
            .query(max(series(ForeignMeter.PROCESS_CPU)), "this process", Colour.BLUE)
            .query(max(series(ForeignMeter.SYSTEM_CPU)), "the host", Colour.GREY)
            .unit(Unit.SHARE)
            .between(0, 1)
            .size(8, 7),
        Panels.timeSeries("Threads", "Do threads leak?")
            .query(sum(series(ForeignMeter.THREADS)).by(Tag.INSTANCE), Tag.INSTANCE.shown())
            .fromZero()
            .size(8, 7),
        Panels.timeSeries("Open files", "Do files or sockets leak?")
            .query(sum(series(ForeignMeter.FILES_OPEN)), "open", Colour.BLUE)
            .query(sum(series(ForeignMeter.FILES_MAX)), "limit", Colour.GREY)
            .logarithmic()
            .size(8, 7));
  }

  private static Expr heap(ForeignMeter meter) {
    return sum(series(meter).is(Tag.AREA, "heap"));
  }

  static Section service() {
    return Section.closed(
        "Service: HTTP, event streams, scrapes",
        requests(),
        requestTimes(),
        failedRequests(),
        Panels.timeSeries("Event streams", "How many clients listen?")
            .query(sum(series(ServiceMeter.EVENT_STREAM_CLIENTS)), "clients", Colour.BLUE)
            .fromZero()
            .size(6, 7),
        Panels.timeSeries("Events", "Do slow clients miss events?")
            .query(
                sum(series(ServiceMeter.EVENT_STREAM_EVENTS).in(RATE).rate()).by(Label.OUTCOME),
                name(Label.OUTCOME))
            .unit(Unit.PER_SECOND)
            .fromZero()
            .size(6, 7),
        scrapes(),
        Panels.timeSeries("Series", "How many samples does a scrape have?")
            .query(max(series(ForeignMeter.SCRAPE_SAMPLES)), "samples", Colour.BLUE)
            .fromZero()
            .size(6, 7),
        denied(),
        Panels.facts("Build", "Which release runs, on which Java, and since when?")
            .query(
                max(series(ServiceMeter.BUILD_INFO))
                    .by(Tag.INSTANCE, Tag.of(Label.VERSION), Tag.of(Label.JAVA)),
                "always 1")
            .size(8, 7),
        Panels.stat("Up for", "Has the process restarted?")
            .query(max(series(ForeignMeter.UPTIME)), "since its start")
            .unit(Unit.SPAN)
            .size(4, 7));
  }

  private static PanelBuilder requests() {
    return Panels.timeSeries("Requests", "Who asks what, and does it succeed? Each second.")
        .query(
            sum(series(Source.count(ServiceMeter.HTTP_REQUEST_SECONDS)).in(RATE).rate())
                .by(Label.METHOD, Label.ROUTE, Label.STATUS),
            name(Label.METHOD) + " " + name(Label.ROUTE) + " " + name(Label.STATUS))
        .unit(Unit.REQUESTS_PER_SECOND)
        .fromZero()
        .manySeries();
  }

  private static PanelBuilder requestTimes() {
    return Panels.timeSeries("Time of requests", "Which route is slow?")
        .query(requests(0.5), name(Label.ROUTE) + " median")
        .query(requests(0.99), name(Label.ROUTE) + " p99")
        .unit(Unit.SECONDS)
        .logarithmic()
        .manySeries();
  }

  private static PanelBuilder failedRequests() {
    return Panels.timeSeries(
            "Share of failed requests", "How many answers are the service's own errors (5xx)?")
        .query(
            orElse(0, sum(requestsOf("5xx"))).over(sum(requestsOf(".+"))), "5xx", Colour.VERMILION)
        .unit(Unit.SHARE)
        .between(0, 1)
        .size(6, 7);
  }

  private static PanelBuilder scrapes() {
    return Panels.timeSeries("Scrapes", "What does a scrape cost, here and as Prometheus sees it?")
        .query(
            percentile(0.99, series(Source.buckets(ServiceMeter.SCRAPE_SECONDS))),
            "rendering, p99",
            Colour.BLUE)
        .query(max(series(ForeignMeter.SCRAPE_DURATION)), "for Prometheus", Colour.ORANGE)
        .unit(Unit.SECONDS)
        .fromZero()
        .size(6, 7);
  }

  private static PanelBuilder denied() {
    return Panels.list(
            "Denied series",
            "Which meters were full, so that new label sets were left out in the time shown?",
            "denied")
        .query(
            sum(series(ServiceMeter.SERIES_DENIED).in(RANGE).increase()).by(Label.METER), "denied")
        .otherwise("none was denied")
        .size(6, 7);
  }

  private static Expr requests(double q) {
    return percentile(q, series(Source.buckets(ServiceMeter.HTTP_REQUEST_SECONDS)), Label.ROUTE);
  }

  private static Expr requestsOf(String status) {
    return series(Source.count(ServiceMeter.HTTP_REQUEST_SECONDS))
        .matches(Tag.of(Label.STATUS), status)
        .in(RATE)
        .rate();
  }
}
