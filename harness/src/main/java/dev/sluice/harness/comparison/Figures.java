package dev.sluice.harness.comparison;

import dev.sluice.benchmarks.task.Metric;
import dev.sluice.harness.presentation.Quantities;
import dev.sluice.harness.tasks.TaskScore;
import dev.sluice.scorers.statistics.ConfidenceInterval;
import java.util.Locale;
import java.util.OptionalDouble;

/** How the numbers of a comparison are written. */
final class Figures {
  private Figures() {}

  /** A share of right answers has four decimals, everything else four digits. */
  static String score(TaskScore score) {
    boolean share = score.metric() == Metric.ACC || score.metric() == Metric.ACC_NORM;
    return share
        ? withError(score.value(), score.standardError())
        : score.standardError().isPresent()
            ? Quantities.scoreWithError(score.value(), score.standardError().getAsDouble())
            : Quantities.score(score.value());
  }

  static String withError(double value, OptionalDouble error) {
    return error.isPresent()
        ? String.format(Locale.ROOT, "%.4f ± %.4f", value, error.getAsDouble())
        : String.format(Locale.ROOT, "%.4f", value);
  }

  static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f%%", 100 * share);
  }

  static String signed(double value) {
    return String.format(Locale.ROOT, "%+.4f", value);
  }

  static String interval(ConfidenceInterval interval) {
    return signed(interval.low()) + " to " + signed(interval.high());
  }

  /** With three digits; a dash where there is no test. */
  static String p(OptionalDouble p) {
    return p.isPresent() ? String.format(Locale.ROOT, "%.3g", p.getAsDouble()) : "-";
  }
}
