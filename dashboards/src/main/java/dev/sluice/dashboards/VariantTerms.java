package dev.sluice.dashboards;

import static dev.sluice.dashboards.Terms.ofEvaluation;
import static dev.sluice.dashboards.promql.Functions.max;
import static dev.sluice.dashboards.promql.Functions.mean;

import dev.sluice.dashboards.grafana.Chosen;
import dev.sluice.dashboards.promql.Expr;
import dev.sluice.dashboards.promql.Match;
import dev.sluice.dashboards.promql.Selector;
import dev.sluice.harness.telemetry.EvaluationMeter;
import dev.sluice.harness.telemetry.Label;
import dev.sluice.harness.telemetry.Meter;

/** What is asked of the variants of one evaluation. */
final class VariantTerms {
  private VariantTerms() {}

  /** Of the chosen variants. */
  static Selector chosen(Meter meter) {
    return Chosen.VARIANT.of(ofEvaluation(meter), Label.VARIANT);
  }

  static Selector accuracy(Selector of) {
    return Chosen.METRIC.of(Chosen.TASK.of(of, Label.TASK), Label.METRIC);
  }

  static Selector perplexity(Selector of) {
    return Chosen.PERPLEXITY.of(Chosen.TASK.of(of, Label.TASK), Label.METRIC);
  }

  static Selector baseline(Meter meter) {
    return Chosen.BASELINE.of(ofEvaluation(meter), Label.VARIANT);
  }

  static Expr meanAccuracy() {
    return mean(accuracy(chosen(EvaluationMeter.VARIANT_ACCURACY_RATIO))).by(Label.VARIANT);
  }

  static Expr meanPerplexity() {
    return mean(perplexity(chosen(EvaluationMeter.VARIANT_PERPLEXITY))).by(Label.VARIANT);
  }

  /** Against the evaluation's first variant, which has none itself. */
  static Expr meanStability() {
    return mean(Chosen.TASK.of(chosen(EvaluationMeter.VARIANT_STABILITY_RATIO), Label.TASK))
        .by(Label.VARIANT);
  }

  /** Of each task, then their mean: unequal sets of tasks would not be differences. */
  static Expr differences() {
    return max(accuracy(chosen(EvaluationMeter.VARIANT_ACCURACY_RATIO)))
        .by(Label.VARIANT, Label.TASK)
        .minus(
            Match.on(Label.TASK).many(),
            max(accuracy(baseline(EvaluationMeter.VARIANT_ACCURACY_RATIO))).by(Label.TASK));
  }
}
