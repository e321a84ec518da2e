package dev.sluice.harness.comparison;

import dev.sluice.benchmarks.task.Metric;
import dev.sluice.benchmarks.task.RequestKind;
import dev.sluice.harness.answers.Answer;
import dev.sluice.harness.tasks.ScoredItem;
import dev.sluice.harness.tasks.ScoredTask;
import dev.sluice.scorers.statistics.Stability;

/** How one variant did on one item; texts are left behind. */
final class Outcome {
  private final boolean right;
  private final boolean rightByLength;
  private final double[] logLikelihoods;
  private final double spread;
  private final long tokens;

  private Outcome(
      boolean right, boolean rightByLength, double[] logLikelihoods, double spread, long tokens) {
    this.right = right;
    this.rightByLength = rightByLength;
    this.logLikelihoods = logLikelihoods;
    this.spread = spread;
    this.tokens = tokens;
  }

  static Outcome of(ScoredTask task, ScoredItem item, String variant) {
    boolean choices = task.request() == RequestKind.MULTIPLE_CHOICE;
    return new Outcome(
        Measured.ACC.of(task) && item.right(task.request(), Metric.ACC, variant),
        choices && item.right(task.request(), Metric.ACC_NORM, variant),
        item.of(variant).stream().mapToDouble(Answer::logLikelihood).toArray(),
        Stability.spread(item.perplexities(variant)),
        item.scoredTokens());
  }

  /** Standard deviation of the perplexities of its requests. */
  double spread() {
    return spread;
  }

  /** Tokens that its requests score. */
  long tokens() {
    return tokens;
  }

  /** Of its requests, nats; not to be changed. */
  double[] logLikelihoods() {
    return logLikelihoods;
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
