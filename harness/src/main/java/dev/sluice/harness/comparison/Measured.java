package dev.sluice.harness.comparison;

import dev.sluice.benchmarks.task.Metric;
import dev.sluice.benchmarks.task.RequestKind;
import dev.sluice.harness.tasks.ScoredTask;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What of two variants is held against each other, item by item. */
public enum Measured {
  /** Right answers. */
  ACC,
  /** Right answers by likelihood a code point. */
  ACC_NORM,
  /** Nats of a continuation, or of a window of a text. */
  LOG_LIKELIHOOD;

  /** The name in tables. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  boolean accuracy() {
    return metric().isPresent();
  }

  /** The accuracy that it is the difference of; empty for log-likelihoods. */
  Optional<Metric> metric() {
    return switch (this) {
      case ACC -> Optional.of(Metric.ACC);
      case ACC_NORM -> Optional.of(Metric.ACC_NORM);
      case LOG_LIKELIHOOD -> Optional.empty();
    };
  }

  /** Whether a task has it. */
  boolean of(ScoredTask task) {
    return switch (this) {
      case ACC -> task.metrics().contains(Metric.ACC);
      case ACC_NORM -> task.metrics().contains(Metric.ACC_NORM);
      case LOG_LIKELIHOOD -> task.request() != RequestKind.MULTIPLE_CHOICE;
    };
  }

  static List<Measured> all(ScoredTask task) {
    return Arrays.stream(values()).filter(m -> m.of(task)).toList();
  }
}
