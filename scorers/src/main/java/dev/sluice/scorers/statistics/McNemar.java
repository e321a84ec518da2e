package dev.sluice.scorers.statistics;

/**
 * McNemar's exact test of two variants on the same items: only the items that one gets right and the
 * other does not say anything, and if both are equally good each such item is a fair coin.
 *
 * @param onlyA items that A gets and B does not, at least 0
 * @param onlyB items that B gets and A does not, at least 0
 */
public record McNemar(long onlyA, long onlyB) {
  private static final double LOG_ROOT_TWO_PI = 0.5 * Math.log(2 * Math.PI);

  /** Beyond this the series for Stirling's error is exact to a double; below, factorials are. */
  private static final int EXACT_FACTORIALS = 15;

  /** A further term of the tail below this share of the sum changes nothing. */
  private static final double NEGLIGIBLE = 1e-18;

  public McNemar {
    if (onlyA < 0 || onlyB < 0) {
      throw new IllegalArgumentException(
          "discordant counts " + onlyA + " and " + onlyB + ": at least 0");
    }
    Math.addExact(onlyA, onlyB);
  }

  /**
   * Count what two variants got right.
   *
   * @param a whether A got each item
   * @param b the same of B, in the same order
   */
  public static McNemar of(boolean[] a, boolean[] b) {
    if (a.length != b.length) {
      throw new IllegalArgumentException(
          a.length + " items against " + b.length + ": pairs need as many on both sides");
    }
    long onlyA = 0;
    long onlyB = 0;
    for (int i = 0; i < a.length; i++) {
      onlyA += a[i] && !b[i] ? 1 : 0;
      onlyB += b[i] && !a[i] ? 1 : 0;
    }
    return new McNemar(onlyA, onlyB);
  }

  /**
   * The two-sided p value: {@code min(1, 2 P(X <= min(onlyA, onlyB)))} for X binomial with {@code
   * onlyA + onlyB} throws at 1/2; 1 where there are none. The relative error is below 1e-12, also for
   * millions of items; p values below about 1e-308 come as 0.
   */
  public double pValue() {
    double few = Math.min(onlyA, onlyB);
    double all = (double) onlyA + onlyB;
    // Of an even number of throws the middle counts twice in the doubled tail: it is above 1.
    return onlyA == onlyB
        ? 1
        : Math.min(1, 2 * Math.exp(logProbability(few, all)) * tail(few, all));
  }

  /** The probability of at most {@code k} over that of exactly {@code k}, for {@code 2 k <= n}. */
  private static double tail(double k, double n) {
    double sum = 1;
    double term = 1;
    for (double i = k; i > 0 && term > NEGLIGIBLE * sum; i--) {
      term *= i / (n - i + 1);
      sum += term;
    }
    return sum;
  }

  /**
   * The logarithm of the binomial probability at 1/2, in Loader's form (2000): differences of
   * log-gammas of millions would cancel to eight digits, deviances do not.
   */
  private static double logProbability(double k, double n) {
    if (k == 0) {
      return -n * Math.log(2);
    }
    double half = n / 2.0;
    double rest = n - k;
    return stirlingError(n)
        - stirlingError(k)
        - stirlingError(rest)
        - deviance(k, half)
        - deviance(rest, half)
        + 0.5 * (Math.log(n) - Math.log(k) - Math.log(rest))
        - LOG_ROOT_TWO_PI;
  }

  /** {@code log n! - log(sqrt(2 pi n) (n / e)^n)}. */
  private static double stirlingError(double n) {
    if (n <= EXACT_FACTORIALS) {
      double factorial = 1;
      for (int i = 2; i <= n; i++) {
        factorial *= i;
      }
      return Math.log(factorial) - (n + 0.5) * Math.log(n) + n - LOG_ROOT_TWO_PI;
    }
    double square = n * n;
    return (1 / 12.0
            - (1 / 360.0 - (1 / 1260.0 - (1 / 1680.0 - 1 / 1188.0 / square) / square) / square)
                / square)
        / n;
  }

  /** {@code x log(x / mean) + mean - x} without cancellation where both are close. */
  private static double deviance(double x, double mean) {
    double difference = x - mean;
    double ratio = difference / (x + mean);
    if (Math.abs(ratio) >= 0.1) {
      return x * Math.log(x / mean) - difference;
    }
    // log(x / mean) = 2 artanh(ratio), and the first term of its series takes most of the rest.
    double sum = difference * ratio;
    double power = 2 * x * ratio;
    for (int i = 1; i < 100; i++) {
      power *= ratio * ratio;
      double next = sum + power / (2 * i + 1);
      if (next == sum) {
        break;
      }
      sum = next;
    }
    return sum;
  }
}
