package dev.sluice.scorers.statistics;

/**
 * The standard normal distribution. The distribution function is Hart's rational approximation as
 * West gives it (2005) near the middle and the continued fraction of Mills' ratio (DLMF 7.9.3)
 * beyond, with a relative error below 1e-12; the quantile is found by bisection.
 */
final class Normal {
  private static final double[] ABOVE = {
    3.52624965998911e-02,
    0.700383064443688,
    6.37396220353165,
    33.912866078383,
    112.079291497871,
    221.213596169931,
    220.206867912376
  };
  private static final double[] BELOW = {
    8.83883476483184e-02,
    1.75566716318264,
    16.064177579207,
    86.7807322029461,
    296.564248779674,
    637.333633378831,
    793.826512519948,
    440.413735824752
  };
  private static final double FAR = 2;
  private static final int TERMS = 120;
  private static final double FARTHEST = 38;

  private Normal() {}

  /** The probability of a value of at most {@code x}. */
  static double probability(double x) {
    return x <= 0 ? tail(-x) : 1 - tail(x);
  }

  /** The probability of a value above {@code x}, for {@code x} of at least 0. */
  private static double tail(double x) {
    double density = Math.exp(-x * x / 2);
    if (x < FAR) {
      return density * polynomial(ABOVE, x) / polynomial(BELOW, x);
    }
    double fraction = x;
    for (int i = TERMS; i > 0; i--) {
      fraction = x + i / fraction;
    }
    return density / fraction / Math.sqrt(2 * Math.PI);
  }

  private static double polynomial(double[] coefficients, double x) {
    double sum = 0;
    for (double coefficient : coefficients) {
      sum = sum * x + coefficient;
    }
    return sum;
  }

  /**
   * The value that a normal variable stays below with a probability.
   *
   * @param probability above 0 and below 1
   */
  static double quantile(double probability) {
    if (!(probability > 0 && probability < 1)) {
      throw new IllegalArgumentException(
          "normal quantile of " + probability + ": above 0 and below 1");
    }
    if (probability > 0.5) {
      return -quantile(1 - probability);
    }
    double low = 0;
    double high = FARTHEST;
    for (int i = 0; i < 100 && low < high; i++) {
      double middle = (low + high) / 2;
      if (tail(middle) > probability) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return -(low + high) / 2;
  }
}
