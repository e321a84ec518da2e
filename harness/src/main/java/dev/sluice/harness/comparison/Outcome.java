package dev.sluice.harness.comparison;

import dev.sluice.benchmarks.task.Metric;
import dev.sluice.benchmarks.task.RequestKind;
import dev.sluice.harness.answers.Answer;
import dev.sluice.harness.tasks.ScoredItem;
import dev.sluice.harness.tasks.ScoredTask;

/**
 * How one variant did on one item; texts are left behind.
 *
 * @param right by {@code acc}
 * @param rightByLength by {@code acc_norm}
 * @param logLikelihoods of its requests, nats
 */
record Outcome(boolean right, boolean rightByLength, double[] logLikelihoods) {

  static Outcome of(ScoredTask task, ScoredItem item, String variant) {
    boolean decided = Measured.ACC.of(task) || Measured.ACC_NORM.of(task);
    return new Outcome(
        decided && item.right(task.request(), Metric.ACC, variant),
        task.request() == RequestKind.MULTIPLE_CHOICE
            && item.right(task.request(), Metric.ACC_NORM, variant),
        item.of(variant).stream().mapToDouble(Answer::logLikelihood).toArray());
  }

  /** Whether the answer is right; {@code measured} is one of the accuracies. */
  boolean right(Measured measured) {
    return measured == Measured.ACC_NORM ? rightByLength : right;
  }

  /** What is measured, one value for each thing that can be drawn in a bootstrap. */
  double[] values(Measured measured) {
    return measured == Measured.LOG_LIKELIHOOD
        ? logLikelihoods
        : new double[] {right(measured) ? 1 : 0};
  }
}
