package dev.sluice.scorers.statistics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Holm's adjustment of p values (1979): the chance of any false alarm in the table stays below. */
public final class Holm {
  private Holm() {}

  /**
   * The adjusted p values in the order given: the i-th smallest of m (from 0) becomes the largest of
   * {@code (m - j) p_j} over all j up to i, at most 1. A NaN says that there was no test: it stays,
   * and is not counted in m.
   *
   * @param pValues from 0 to 1, or NaN
   */
  public static double[] adjusted(double... pValues) {
    for (double p : pValues) {
      if (p < 0 || p > 1) {
        throw new IllegalArgumentException("p value " + p + ": from 0 to 1");
      }
    }
    double[] adjusted = new double[pValues.length];
    Arrays.fill(adjusted, Double.NaN);
    int[] ascending =
        IntStream.range(0, pValues.length)
            .filter(i -> !Double.isNaN(pValues[i]))
            .boxed()
            .sorted(Comparator.comparingDouble(i -> pValues[i]))
            .mapToInt(i -> i)
            .toArray();
    double largest = 0;
    for (int rank = 0; rank < ascending.length; rank++) {
      double p = pValues[ascending[rank]];
      largest = Math.max(largest, Math.min(1, (ascending.length - rank) * p));
      adjusted[ascending[rank]] = largest;
    }
    return adjusted;
  }
}
