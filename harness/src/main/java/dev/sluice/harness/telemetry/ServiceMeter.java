package dev.sluice.harness.telemetry;

import static dev.sluice.harness.telemetry.Label.KIND;
import static dev.sluice.harness.telemetry.Label.METER;
import static dev.sluice.harness.telemetry.Label.OUTCOME;
import static dev.sluice.harness.telemetry.Label.REASON;
import static dev.sluice.harness.telemetry.Label.STATE;
import static dev.sluice.harness.telemetry.MeterShape.counter;
import static dev.sluice.harness.telemetry.MeterShape.gauge;
import static dev.sluice.harness.telemetry.MeterShape.histogram;
import static dev.sluice.harness.telemetry.MeterShape.info;

import dev.sluice.harness.telemetry.MeterShape.Buckets;

/** The meters of the service itself: jobs, journals, clients, scrapes. */
public enum ServiceMeter implements Meter {
  BUILD_INFO(info("Versions of Sluice and Java.").by(Label.VERSION, Label.JAVA).bound("1", 4)),

  JOBS(
      gauge("", "Jobs that the store knows, by kind (sweep, evaluation) and state.")
          .by(KIND, STATE)
          .bound("16", 32)),
  JOB_QUEUE_DEPTH(gauge("", "Jobs that wait for the device.")),
  JOB_FAILURES(
      counter("", "Jobs that failed, by reason: out_of_memory, engine, prerequisite, internal.")
          .by(KIND, REASON)
          .bound("8", 32)),

  JOURNAL_WRITE_SECONDS(
      histogram(
              "seconds",
              "Time until an event of a sweep or a pack of answers was durable.",
              Buckets.WRITE_SECONDS)
          .by(KIND)
          .bound("2", 4)),

  EVENT_STREAM_CLIENTS(gauge("", "Clients that are connected to event streams.")),
  EVENT_STREAM_EVENTS(
      counter("", "Events by what became of them: sent, skipped for a slow client.")
          .by(OUTCOME)
          .bound("2", 8)),
  HTTP_REQUEST_SECONDS(
      histogram(
              "seconds",
              "Time from a request's arrival to the end of its response, event streams left out.",
              Buckets.REQUEST_SECONDS)
          .by(Label.ROUTE, Label.METHOD, Label.STATUS)
          .bound("1 for each route, method and class of status that was seen", 300)),

  SCRAPE_SECONDS(
      histogram("seconds", "Time to render a scrape, those before it.", Buckets.REQUEST_SECONDS)),
  SERIES_DENIED(
      counter("", "Label sets that were not taken in because the meter had its most.")
          .by(METER)
          .bound("1 a meter that was full", 128));

  // A record of values and copied lists never changes; the checker cannot know.
  @SuppressWarnings("ImmutableEnumChecker")
  private final MeterShape shape;

  ServiceMeter(MeterShape shape) {
    this.shape = shape;
  }

  @Override
  public MeterShape shape() {
    return shape;
  }
}
