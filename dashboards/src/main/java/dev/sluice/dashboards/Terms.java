package dev.sluice.dashboards;

import static dev.sluice.dashboards.promql.Functions.max;
import static dev.sluice.dashboards.promql.Functions.quantile;
import static dev.sluice.dashboards.promql.Functions.sum;

import dev.sluice.dashboards.grafana.Chosen;
import dev.sluice.dashboards.grafana.Colour;
import dev.sluice.dashboards.grafana.FieldConfig.Mapping;
import dev.sluice.dashboards.grafana.Panels;
import dev.sluice.dashboards.promql.Expr;
import dev.sluice.dashboards.promql.Selector;
import dev.sluice.dashboards.promql.Source;
import dev.sluice.dashboards.promql.Tag;
import dev.sluice.harness.telemetry.JobState;
import dev.sluice.harness.telemetry.Label;
import dev.sluice.harness.telemetry.Meter;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What several dashboards say in the same way. */
final class Terms {
  /** Long enough for a rate at any zoom: Grafana knows the scrape interval. */
  static final String RATE = "$__rate_interval";

  /** The time that is shown. */
  static final String RANGE = "$__range";

  /** The time between two points. */
  static final String POINT = "$__interval";

  private Terms() {}

  /** A meter's series in the chosen scrape jobs. */
  static Selector series(Meter meter) {
    return series(Source.of(meter));
  }

  static Selector series(Source source) {
    return Chosen.JOB.of(Selector.of(source), Tag.JOB);
  }

  /** Of the sweeps that are chosen where several may be. */
  static Selector ofSweeps(Meter meter) {
    return Chosen.SWEEPS.of(series(meter), Label.SWEEP);
  }

  /** Of the evaluations that are chosen where several may be. */
  static Selector ofEvaluations(Meter meter) {
    return Chosen.EVALUATIONS.of(series(meter), Label.EVALUATION);
  }

  /** Of the one sweep that is chosen. */
  static Selector ofSweep(Meter meter) {
    return ofSweep(Source.of(meter));
  }

  static Selector ofSweep(Source source) {
    return Chosen.SWEEP.of(series(source), Label.SWEEP);
  }

  /** Of the one evaluation that is chosen. */
  static Selector ofEvaluation(Meter meter) {
    return Chosen.EVALUATION.of(series(meter), Label.EVALUATION);
  }

  /** Of the devices that are chosen. */
  static Selector ofDevices(Source source) {
    return Chosen.DEVICE.of(series(source), Label.DEVICE);
  }

  static Selector ofDevices(Meter meter) {
    return ofDevices(Source.of(meter));
  }

  /** A percentile of a histogram's observations around each moment. */
  static Expr percentile(double q, Selector buckets, Label... kept) {
    Tag[] tags =
        Stream.concat(Arrays.stream(kept).map(Tag::of), Stream.of(Tag.BUCKET_BOUND))
            .toArray(Tag[]::new);
    return quantile(q, sum(buckets.in(RATE).rate()).by(tags));
  }

  /** The place of its state in {@link JobState}, for each sweep or evaluation. */
  static Expr stateCode(Selector states, Label job) {
    JobState[] all = JobState.values();
    return IntStream.range(0, all.length)
        .mapToObj(i -> max(states.is(Label.STATE, all[i].id())).by(job).times(i))
        .reduce(Expr::plus)
        .orElseThrow();
  }

  /** The words for {@link #stateCode}. */
  static Mapping states() {
    List<String> words = Arrays.stream(JobState.values()).map(JobState::id).toList();
    return Panels.codes(words, Arrays.stream(JobState.values()).map(Terms::colour).toList());
  }

  private static Colour colour(JobState state) {
    return switch (state) {
      case QUEUED -> Colour.GREY;
      case RUNNING -> Colour.BLUE;
      case PAUSING, PAUSED -> Colour.YELLOW;
      case DONE -> Colour.GREEN;
      case FAILED -> Colour.VERMILION;
      case CANCELLING, CANCELLED -> Colour.PINK;
    };
  }
}
