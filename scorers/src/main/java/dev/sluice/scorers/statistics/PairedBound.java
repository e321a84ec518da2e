package dev.sluice.scorers.statistics;

/** A bound on the mean difference of two variants on the same rows, by Student's t. */
public final class PairedBound {
  private PairedBound() {}

  /**
   * A value that the mean of {@code a - b} exceeds with a confidence: {@code mean(d) - t sd(d) /
   * sqrt(n)} with the one-sided t quantile for n - 1 degrees of freedom. Above 0 it says that a is
   * the larger one. Taken on rows, which are independent, it is valid for one look at roughly
   * normal differences; who looks k times divides 1 - confidence by k.
   *
   * <p>Fewer than two pairs bound nothing: the answer is minus infinity. A difference that is NaN
   * or infinite makes the answer NaN, and since no comparison with NaN is true, a rule "drop if
   * the bound is above 0" then drops nothing.
   *
   * @param a one value per row
   * @param b values of the same rows in the same order
   * @param confidence above 0 and below 1
   */
  public static double lower(double[] a, double[] b, double confidence) {
    if (a.length != b.length) {
      throw new IllegalArgumentException(
          a.length + " values against " + b.length + ": pairs need as many on both sides");
    }
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException("confidence " + confidence + ": above 0 and below 1");
    }
    RunningMoments differences = new RunningMoments();
    for (int i = 0; i < a.length; i++) {
      differences.add(a[i] - b[i]);
    }
    if (Double.isNaN(differences.mean()) && a.length > 0) {
      return Double.NaN;
    }
    return a.length < 2
        ? Double.NEGATIVE_INFINITY
        : differences.mean()
            - StudentT.quantile(confidence, a.length - 1L) * differences.standardError();
  }
}
