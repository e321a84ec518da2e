package dev.sluice.harness.profile;

import java.util.ArrayList;
import java.util.List;

/**
 * The formulas of a depth profile in plain double arithmetic, straight from their definitions: the
 * dependence by sums over distinct tokens, without Gram matrices in one piece.
 */
final class ReferenceDepths {
  private final int boundaries;
  private final double[][] cosine;
  private final double[][] angle;
  private final double[][] dependence;
  private final double[] update;
  private int rows;
  private int tokens;

  ReferenceDepths(int boundaries) {
    this.boundaries = boundaries;
    this.cosine = new double[boundaries][boundaries];
    this.angle = new double[boundaries][boundaries];
    this.dependence = new double[boundaries][boundaries];
    this.update = new double[boundaries - 1];
  }

  /**
   * @param states of one row, {@code [boundaries][T][H]}
   */
  void add(float[][][] states) {
    int length = states[0].length;
    rows++;
    tokens += length;
    List<double[][]> grams = new ArrayList<>();
    for (float[][] state : states) {
      grams.add(gram(state));
    }
    for (int i = 0; i < boundaries; i++) {
      for (int j = 0; j < boundaries; j++) {
        for (int t = 0; t < length; t++) {
          cosine[i][j] += cos(states[i][t], states[j][t]);
        }
        double last = cos(states[i][length - 1], states[j][length - 1]);
        angle[i][j] += Math.acos(Math.clamp(last, -1, 1)) / Math.PI;
        if (length >= 4) {
          dependence[i][j] += hsic(grams.get(i), grams.get(j));
        }
      }
    }
    for (int p = 0; p + 1 < boundaries; p++) {
      for (int t = 0; t < length; t++) {
        update[p] += relativeChange(states[p][t], states[p + 1][t]);
      }
    }
  }

  double cosine(int i, int j) {
    return cosine[i][j] / tokens;
  }

  double angle(int i, int j) {
    return angle[i][j] / rows;
  }

  double cka(int i, int j) {
    return dependence[i][j] / Math.sqrt(dependence[i][i] * dependence[j][j]);
  }

  double update(int sublayer) {
    return update[sublayer] / tokens;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int h = 0; h < a.length; h++) {
      sum += (double) a[h] * b[h];
    }
    return sum;
  }

  private static double cos(float[] a, float[] b) {
    return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  }

  private static double relativeChange(float[] a, float[] b) {
    double sum = 0;
    for (int h = 0; h < a.length; h++) {
      sum += Math.pow((double) b[h] - a[h], 2);
    }
    return Math.sqrt(sum / dot(a, a));
  }

  /** Not centred: the unbiased estimate does not change with a shift of the features. */
  private static double[][] gram(float[][] x) {
    double[][] gram = new double[x.length][x.length];
    for (int s = 0; s < x.length; s++) {
      for (int t = 0; t < x.length; t++) {
        gram[s][t] = dot(x[s], x[t]);
      }
    }
    return gram;
  }

  /**
   * The average of {@code k_st l_st + k_st l_uv - 2 k_st l_su} over distinct s, t, u, v: what HSIC is
   * the expectation of.
   */
  private static double hsic(double[][] k, double[][] l) {
    int n = k.length;
    double pairs = 0;
    double triples = 0;
    double quadruples = 0;
    for (int s = 0; s < n; s++) {
      for (int t = 0; t < n; t++) {
        for (int u = 0; t != s && u < n; u++) {
          for (int v = 0; u != s && u != t && v < n; v++) {
            quadruples += v == s || v == t || v == u ? 0 : k[s][t] * l[u][v];
          }
          triples += u == s || u == t ? 0 : k[s][t] * l[s][u];
        }
        pairs += s == t ? 0 : k[s][t] * l[s][t];
      }
    }
    double ordered = (double) n * (n - 1);
    return pairs / ordered
        - 2 * triples / (ordered * (n - 2))
        + quadruples / (ordered * (n - 2) * (n - 3));
  }
}
