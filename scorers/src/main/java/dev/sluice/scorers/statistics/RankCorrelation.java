package dev.sluice.scorers.statistics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** How alike two orders of the same things are, from -1, reversed, to 1, the same. */
public final class RankCorrelation {
  private RankCorrelation() {}

  /**
   * Spearman's rho: the correlation of the ranks, ties sharing the mean of theirs; NaN where one side is
   * all ties or there are fewer than two things.
   *
   * @param a a number for each thing, by whose size it is ranked
   * @param b of the same things in the same order
   */
  public static double spearman(double[] a, double[] b) {
    requireSame(a, b);
    return correlation(ranks(a), ranks(b));
  }

  /**
   * Kendall's tau-b: pairs in the same order less pairs in the other, over the pairs that are no tie;
   * NaN as above.
   */
  public static double kendall(double[] a, double[] b) {
    requireSame(a, b);
    double agreeing = 0;
    double inA = 0;
    double inB = 0;
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < i; j++) {
        double signA = Math.signum(a[i] - a[j]);
        double signB = Math.signum(b[i] - b[j]);
        agreeing += signA * signB;
        inA += Math.abs(signA);
        inB += Math.abs(signB);
      }
    }
    return inA == 0 || inB == 0 ? Double.NaN : agreeing / Math.sqrt(inA * inB);
  }

  private static void requireSame(double[] a, double[] b) {
    if (a.length != b.length) {
      throw new IllegalArgumentException(a.length + " and " + b.length + " things");
    }
  }

  /** From 1; equal values share the mean of the ranks that they take up. */
  static double[] ranks(double[] values) {
    Integer[] order =
        IntStream.range(0, values.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> values[i]))
            .toArray(Integer[]::new);
    double[] ranks = new double[values.length];
    int from = 0;
    while (from < order.length) {
      int to = from + 1;
      while (to < order.length && values[order[to]] == values[order[from]]) {
        to++;
      }
      for (int place = from; place < to; place++) {
        ranks[order[place]] = (from + 1 + to) / 2.0;
      }
      from = to;
    }
    return ranks;
  }

  private static double correlation(double[] a, double[] b) {
    double meanA = Arrays.stream(a).average().orElse(0);
    double meanB = Arrays.stream(b).average().orElse(0);
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += (a[i] - meanA) * (b[i] - meanB);
      aa += (a[i] - meanA) * (a[i] - meanA);
      bb += (b[i] - meanB) * (b[i] - meanB);
    }
    return aa == 0 || bb == 0 ? Double.NaN : ab / Math.sqrt(aa * bb);
  }
}
