package dev.sluice.harness.engine;

import dev.sluice.scorers.Measure;
import java.util.stream.IntStream;

/** The formulas of {@link Measure} in plain double arithmetic, one position at a time. */
final class ReferenceMeasures {
  private ReferenceMeasures() {}

  /** NaN where the measure is not defined at this position. */
  static double of(Measure measure, float[] a, float[] b, long target) {
    double[] p = softmax(a);
    double[] q = softmax(b);
    double[] m = IntStream.range(0, p.length).mapToDouble(i -> (p[i] + q[i]) / 2).toArray();
    return switch (measure) {
      case KL -> kl(p, q);
      case JS -> (kl(p, m) + kl(q, m)) / 2;
      case AG -> (kl(m, p) + kl(m, q)) / 2;
      case ANGULAR -> Math.acos(Math.clamp(cosine(a, b), 0, 1));
      case NORM ->
          IntStream.range(0, a.length).mapToDouble(i -> Math.pow((double) a[i] - b[i], 2)).sum();
      case TOP1 -> first(a) == first(b) ? 1 : 0;
      case NLL -> target < 0 ? Double.NaN : -Math.log(q[(int) target]);
      case CKA, ACCURACY ->
          throw new IllegalArgumentException(measure + " has no value at a position");
      case KL_TRUNCATED ->
          IntStream.range(0, p.length)
              .filter(i -> Math.log(p[i]) > -16)
              .mapToDouble(i -> p[i] * Math.log(p[i] / q[i]))
              .sum();
      case EL2N_KL -> target < 0 ? Double.NaN : el2n(p, (int) target) * kl(p, q);
      case DELTA_P -> target < 0 ? Double.NaN : q[(int) target] - p[(int) target];
    };
  }

  private static double el2n(double[] p, int target) {
    double others =
        IntStream.range(0, p.length).filter(i -> i != target).mapToDouble(i -> p[i] * p[i]).sum();
    return Math.sqrt(Math.pow(1 - p[target], 2) + others);
  }

  private static double[] softmax(float[] logits) {
    double top = IntStream.range(0, logits.length).mapToDouble(i -> logits[i]).max().orElseThrow();
    double sum =
        IntStream.range(0, logits.length).mapToDouble(i -> Math.exp(logits[i] - top)).sum();
    return IntStream.range(0, logits.length)
        .mapToDouble(i -> Math.exp(logits[i] - top) / sum)
        .toArray();
  }

  private static double kl(double[] p, double[] q) {
    return IntStream.range(0, p.length).mapToDouble(i -> p[i] * Math.log(p[i] / q[i])).sum();
  }

  private static double cosine(float[] a, float[] b) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
    }
    return ab / Math.sqrt(aa * bb);
  }

  private static int first(float[] logits) {
    return IntStream.range(0, logits.length)
        .reduce((i, j) -> logits[j] > logits[i] ? j : i)
        .orElseThrow();
  }
}
