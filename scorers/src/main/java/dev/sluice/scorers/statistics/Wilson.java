package dev.sluice.scorers.statistics;

/** Wilson's score interval of a share (1927), without continuity correction. */
public final class Wilson {
  private Wilson() {}

  /**
   * Within 0 to 1 and never empty, also where all or none succeed; 0 to 1 of no trials.
   *
   * @param successes from 0 to {@code trials}
   * @param confidence above 0 and below 1
   */
  public static ConfidenceInterval interval(long successes, long trials, double confidence) {
    ConfidenceInterval.checkConfidence(confidence);
    if (successes < 0 || successes > trials) {
      throw new IllegalArgumentException(successes + " successes of " + trials + " trials");
    }
    if (trials == 0) {
      return new ConfidenceInterval(0, 1, confidence);
    }
    double z = -Normal.quantile((1 - confidence) / 2);
    double n = trials;
    double share = successes / n;
    double scale = 1 / (1 + z * z / n);
    double centre = (share + z * z / (2 * n)) * scale;
    double half = z * scale * Math.sqrt(share * (1 - share) / n + z * z / (4 * n * n));
    // At both ends one bound is exact, and rounding would put it a little outside or inside.
    return new ConfidenceInterval(
        successes == 0 ? 0 : centre - half, successes == trials ? 1 : centre + half, confidence);
  }
}
