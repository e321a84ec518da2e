package dev.sluice.scorers.statistics;

/**
 * Count, mean and variance of a stream of values in constant memory (Welford 1962). Not safe for
 * use by several threads at once.
 *
 * <p>NaN and infinite values are counted and stay visible: the mean becomes what their sum is
 * (infinity, or NaN where a NaN or both infinities came), the variance becomes NaN.
 */
public final class RunningMoments {
  private long count;
  private double mean;
  private double squares;
  private double nonFinite;

  /** Take one value in. */
  public void add(double value) {
    count++;
    if (Double.isFinite(value)) {
      double delta = value - mean;
      mean += delta / count;
      squares += delta * (value - mean);
    } else {
      // Kept apart because Welford's update would turn infinity into NaN at the next finite value.
      nonFinite += value;
    }
  }

  /**
   * Take in all values of another stream (Chan, Golub and LeVeque 1979); the other stays as it is.
   */
  public void merge(RunningMoments other) {
    long all = count + other.count;
    if (other.count > 0) {
      double delta = other.mean - mean;
      squares += other.squares + delta * delta * ((double) count * other.count / all);
      mean += delta * ((double) other.count / all);
      nonFinite += other.nonFinite;
      count = all;
    }
  }

  /** How many values came in. */
  public long count() {
    return count;
  }

  /** The arithmetic mean; NaN of nothing. */
  public double mean() {
    if (count == 0) {
      return Double.NaN;
    }
    return nonFinite == 0 ? mean : nonFinite;
  }

  /**
   * The unbiased variance, with {@code count - 1} below the line; NaN for fewer than two values.
   */
  public double variance() {
    return count < 2 || nonFinite != 0 ? Double.NaN : squares / (count - 1);
  }

  /**
   * The standard error of the mean, {@code sqrt(variance / count)}; NaN for fewer than two values.
   */
  public double standardError() {
    return Math.sqrt(variance() / count);
  }
}
