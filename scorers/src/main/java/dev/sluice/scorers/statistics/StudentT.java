package dev.sluice.scorers.statistics;

/**
 * Student's t distribution. Its distribution function is a regularised incomplete beta function,
 * evaluated by the continued fraction of DLMF 8.17.22 with Lentz's algorithm; the quantile is found
 * by bisection. The error is below 1e-8 for up to a million degrees of freedom.
 */
final class StudentT {
  private static final double TINY = 1e-300;
  private static final double EPSILON = 1e-15;
  private static final int MAX_TERMS = 20_000;
  private static final double[] LANCZOS = {
    676.5203681218851,
    -1259.1392167224028,
    771.3234287776531,
    -176.6150291621406,
    12.507343278686905,
    -0.13857109526572012,
    9.984369578019572e-6,
    1.5056327351493116e-7
  };

  private StudentT() {}

  /**
   * The value that a t variable stays below with a probability.
   *
   * @param probability above 0 and below 1
   * @param degrees of freedom, at least 1
   */
  static double quantile(double probability, long degrees) {
    if (!(probability > 0 && probability < 1) || degrees < 1) {
      throw new IllegalArgumentException(
          "t quantile of "
              + probability
              + " with "
              + degrees
              + " degrees of freedom: no such value");
    }
    if (probability < 0.5) {
      return -quantile(1 - probability, degrees);
    }
    // Bisecting u in [0, 1) with t = u / (1 - u) reaches every t with the same number of steps.
    double low = 0;
    double high = 1;
    for (int i = 0; i < 100 && low < high; i++) {
      double middle = (low + high) / 2;
      if (upperTail(middle / (1 - middle), degrees) > 1 - probability) {
        low = middle;
      } else {
        high = middle;
      }
    }
    double u = (low + high) / 2;
    return u / (1 - u);
  }

  /** The probability of a value above {@code t}, for {@code t} of at least 0. */
  static double upperTail(double t, long degrees) {
    double square = t * t;
    if (Double.isInfinite(square)) {
      return 0;
    }
    return 0.5 * incompleteBeta(degrees / (degrees + square), degrees / 2.0);
  }

  /** The regularised incomplete beta function with {@code b = 1/2}, the only one needed here. */
  private static double incompleteBeta(double x, double a) {
    double b = 0.5;
    if (x <= 0 || x >= 1) {
      return x <= 0 ? 0 : 1;
    }
    double logFront =
        logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x);
    // The fraction converges fast below this point; above it the mirrored one does.
    return x < (a + 1) / (a + b + 2)
        ? Math.exp(logFront) * fraction(x, a, b) / a
        : 1 - Math.exp(logFront) * fraction(1 - x, b, a) / b;
  }

  private static double fraction(double x, double a, double b) {
    double c = 1;
    double d = 1 / away(1 - (a + b) * x / (a + 1));
    double result = d;
    for (int m = 1; m <= MAX_TERMS; m++) {
      double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
      d = 1 / away(1 + even * d);
      c = away(1 + even / c);
      result *= d * c;
      double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
      d = 1 / away(1 + odd * d);
      c = away(1 + odd / c);
      result *= d * c;
      if (Math.abs(d * c - 1) < EPSILON) {
        break;
      }
    }
    return result;
  }

  private static double away(double x) {
    return Math.abs(x) < TINY ? TINY : x;
  }

  /** Lanczos' approximation (g = 7, nine terms) for x above 0. */
  private static double logGamma(double x) {
    if (x < 0.5) {
      return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
    }
    double sum = 0.9999999999998099;
    for (int i = 0; i < LANCZOS.length; i++) {
      sum += LANCZOS[i] / (x + i);
    }
    double t = x + LANCZOS.length - 1.5;
    return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
  }
}
