package dev.sluice.scorers;

/**
 * The means of labelled vectors, one for each class, and which of them is nearest to a vector that is
 * left out of its own class's mean. Sums are float64. Not safe for use by several threads at once.
 */
public final class ClassCentroids {
  /** Of the squares of the vector and the centroid: nearer than this is rounding. */
  private static final double ROUNDING = 1e-12;

  private final double[][] sums;
  private final int[] counts;

  /**
   * @param classes labels go from 0 to below this
   * @param width of the vectors
   */
  public ClassCentroids(int classes, int width) {
    this.sums = new double[classes][width];
    this.counts = new int[classes];
  }

  /** Count a vector in. */
  public void add(int label, float[] vector) {
    double[] sum = sums[label];
    for (int h = 0; h < sum.length; h++) {
      sum[h] += vector[h];
    }
    counts[label]++;
  }

  /** Vectors that were counted in. */
  public int count(int label) {
    return counts[label];
  }

  /**
   * The class whose centroid is nearest by Euclidean distance; of equally near ones, rounding aside, the
   * lowest. Classes of fewer than two vectors take no part.
   *
   * @param label of the vector, which was counted in there
   * @return -1 if no class takes part
   */
  public int nearestWithout(int label, float[] vector) {
    int nearest = -1;
    double least = Double.POSITIVE_INFINITY;
    for (int c = 0; c < sums.length; c++) {
      if (counts[c] < 2) {
        continue;
      }
      boolean own = c == label;
      double distance = 0;
      double size = 0;
      for (int h = 0; h < vector.length; h++) {
        double centroid = own ? (sums[c][h] - vector[h]) / (counts[c] - 1) : sums[c][h] / counts[c];
        double difference = vector[h] - centroid;
        distance += difference * difference;
        size += centroid * centroid + (double) vector[h] * vector[h];
      }
      if (nearest < 0 || distance < least - ROUNDING * size) {
        nearest = c;
        least = distance;
      }
    }
    return nearest;
  }
}
