package dev.sluice.harness.telemetry;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A declared meter. There are no others of ours: code, dashboards, rules and docs/metrics.md all take
 * names from here.
 */
public sealed interface Meter permits SweepMeter, EvaluationMeter, EngineMeter, ServiceMeter {
  /** What all names begin with. */
  String PREFIX = "sluice_";

  /** The constant's name. */
  String name();

  /** What is declared besides the name. */
  MeterShape shape();

  /** Name without the ends that a type adds: {@code sluice_sweep_tokens}. */
  default String id() {
    return PREFIX + name().toLowerCase(Locale.ROOT);
  }

  /** The names of its series: one, or the three of a histogram with {@code _bucket} first. */
  default List<String> exposed() {
    return switch (shape().type()) {
      case COUNTER -> List.of(id() + "_total");
      case GAUGE, INFO -> List.of(id());
      case HISTOGRAM -> List.of(id() + "_bucket", id() + "_sum", id() + "_count");
    };
  }

  /** Names of its labels in the order of the declaration; of a histogram without {@code le}. */
  default List<String> labels() {
    return shape().labels().stream().map(Label::id).toList();
  }

  /** All of them, in the order of the documentation. */
  static List<Meter> all() {
    return Stream.<Meter[]>of(
            SweepMeter.values(),
            EvaluationMeter.values(),
            EngineMeter.values(),
            ServiceMeter.values())
        .flatMap(Arrays::stream)
        .toList();
  }
}
