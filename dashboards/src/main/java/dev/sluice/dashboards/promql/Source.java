package dev.sluice.dashboards.promql;

import dev.sluice.harness.telemetry.Meter;
import dev.sluice.harness.telemetry.MeterShape;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A name of series and the labels that they have. */
public interface Source {
  /** The name as it is exposed. */
  String series();

  /** Names of the labels that a selector may ask for. */
  Set<String> labels();

  /** The one name of a counter, gauge or info. */
  static Source of(Meter meter) {
    if (meter.shape().type() == MeterShape.Type.HISTOGRAM) {
      throw new IllegalArgumentException(
          meter.id() + " is a histogram: ask for its buckets, sum or count");
    }
    return new Declared(meter.exposed().getFirst(), labels(meter));
  }

  /** Cumulative counts of a histogram. */
  static Source buckets(Meter histogram) {
    return part(histogram, 0);
  }

  /** What a histogram's observations add up to. */
  static Source sum(Meter histogram) {
    return part(histogram, 1);
  }

  /** How many observations a histogram has. */
  static Source count(Meter histogram) {
    return part(histogram, 2);
  }

  private static Source part(Meter histogram, int place) {
    if (histogram.shape().type() != MeterShape.Type.HISTOGRAM) {
      throw new IllegalArgumentException(histogram.id() + " is no histogram");
    }
    Set<String> labels =
        Stream.concat(labels(histogram).stream(), Stream.of(Tag.BUCKET_BOUND.id()))
            .collect(Collectors.toSet());
    return new Declared(histogram.exposed().get(place), place == 0 ? labels : labels(histogram));
  }

  private static Set<String> labels(Meter meter) {
    return Stream.concat(meter.labels().stream(), Stream.of(Tag.JOB.id(), Tag.INSTANCE.id()))
        .collect(Collectors.toSet());
  }

  /** What the catalogue declares. */
  record Declared(String series, Set<String> labels) implements Source {}
}
