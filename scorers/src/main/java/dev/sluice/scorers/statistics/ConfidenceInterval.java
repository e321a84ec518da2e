package dev.sluice.scorers.statistics;

/**
 * A range that holds the true value in a share of all repetitions of the experiment.
 *
 * @param low at most {@code high}; both NaN where the data say nothing
 * @param confidence the share, above 0 and below 1
 */
public record ConfidenceInterval(double low, double high, double confidence) {

  public ConfidenceInterval {
    checkConfidence(confidence);
    if (low > high) {
      throw new IllegalArgumentException("low " + low + " is above high " + high);
    }
  }

  static ConfidenceInterval unknown(double confidence) {
    return new ConfidenceInterval(Double.NaN, Double.NaN, confidence);
  }

  static void checkConfidence(double confidence) {
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException("confidence " + confidence + ": above 0 and below 1");
    }
  }

  /** Whether a value lies within, ends included; never where the ends are NaN. */
  public boolean contains(double value) {
    return low <= value && value <= high;
  }
}
