package dev.sluice.harness.verification;

import dev.sluice.scorers.divergence.DivergenceTally;

/** Collects how far an export's logits are from the variant's. For one thread. */
final class LogitComparison {
  private final DivergenceTally tally = new DivergenceTally();
  private double worst;
  private double largest;

  /**
   * Take in the logits after one token.
   *
   * @param next the token that comes next in the text
   */
  void add(float[] expected, float[] actual, int next) {
    double base = logSum(expected);
    double variant = logSum(actual);
    double divergence = 0;
    int first = 0;
    int other = 0;
    for (int i = 0; i < expected.length; i++) {
      worst = Math.max(worst, distance(expected[i], actual[i]));
      largest = Math.max(largest, Math.abs(expected[i]));
      double p = expected[i] - base;
      divergence += Math.exp(p) * (p - (actual[i] - variant));
      first = expected[i] > expected[first] ? i : first;
      other = actual[i] > actual[other] ? i : other;
    }
    tally.add(
        (float) (variant - actual[next]),
        (float) (base - expected[next]),
        Math.max(0, divergence),
        first == other);
  }

  /** NaN is as far as can be from anything but NaN. */
  private static double distance(float expected, float actual) {
    if (Float.compare(expected, actual) == 0) {
      return 0;
    }
    double distance = Math.abs((double) expected - actual);
    return Double.isNaN(distance) ? Double.POSITIVE_INFINITY : distance;
  }

  private static double logSum(float... logits) {
    double most = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      most = Math.max(most, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - most);
    }
    return most + Math.log(sum);
  }

  DivergenceTally tally() {
    return tally;
  }

  /** The greatest distance of two logits. */
  double worst() {
    return worst;
  }

  /** The variant's greatest logit, whatever its sign. */
  double largest() {
    return largest;
  }
}
