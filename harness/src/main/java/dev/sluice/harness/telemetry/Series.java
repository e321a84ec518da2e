package dev.sluice.harness.telemetry;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.datapoints.GaugeDataPoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The series of one owner, such as a sweep: all begin with the owner's label values, and leave the
 * registry together some time after its end. Safe for several threads.
 */
final class Series {
  private record Key(Meter meter, List<String> values) {}

  private final Meters meters;
  private final List<String> owner;
  private final Map<Key, Boolean> held = new HashMap<>();
  private boolean ended;

  Series(Meters meters, String... owner) {
    this.meters = meters;
    this.owner = List.of(owner);
    meters.forgetEnded();
  }

  /** A gauge, to be kept by those who set it often. */
  synchronized GaugeDataPoint gauge(Meter meter, String... more) {
    List<String> values = values(more);
    return meters.gauge(meter, values, hold(meter, values));
  }

  synchronized CounterDataPoint counter(Meter meter, String... more) {
    List<String> values = values(more);
    return meters.counter(meter, values, hold(meter, values));
  }

  synchronized DistributionDataPoint histogram(Meter meter, String... more) {
    List<String> values = values(more);
    return meters.histogram(meter, values, hold(meter, values));
  }

  synchronized void info(Meter meter, String... more) {
    List<String> values = values(more);
    boolean fresh = !held.containsKey(new Key(meter, values));
    if (hold(meter, values) && fresh) {
      meters.info(meter, values);
    }
  }

  void set(Meter meter, double value, String... more) {
    gauge(meter, more).set(value);
  }

  /** Let one series go at once. */
  synchronized void drop(Meter meter, String... more) {
    List<String> values = values(more);
    Boolean was = held.remove(new Key(meter, values));
    if (was != null && was) {
      meters.release(meter, values);
    }
  }

  /** No values come any more; the last ones stay for a while, so that a scrape sees them. */
  synchronized void end() {
    if (!ended) {
      ended = true;
      meters.endLater(this);
    }
  }

  synchronized void forget() {
    held.forEach((key, was) -> {
      if (was) {
        meters.release(key.meter(), key.values());
      }
    });
    held.clear();
  }

  private List<String> values(String... more) {
    List<String> values = new ArrayList<>(owner);
    values.addAll(List.of(more));
    return List.copyOf(values);
  }

  private boolean hold(Meter meter, List<String> values) {
    return held.computeIfAbsent(
        new Key(meter, values), key -> meters.hold(key.meter(), key.values()));
  }
}
