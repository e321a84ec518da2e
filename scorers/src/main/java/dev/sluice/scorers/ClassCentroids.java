package dev.sluice.scorers;

/**
 * The means of labelled vectors, one for each class, and which of them is nearest to a vector that is
 * left out of its own class's mean. Sums are float64. Not safe for use by several threads at once.
 *
 * <p>The mean of one vector less lies a little farther from everything. So that this does not count
 * against a vector's own class, the distance to every other class is the mean over leaving out one of
 * its vectors too: {@code |x - c|^2 + s / (n - 1)^2} with the class's scatter {@code s}.
 */
public final class ClassCentroids {
  /** Of the squares of the vectors: nearer than this is rounding. */
  private static final double ROUNDING = 1e-12;

  private final double[][] sums;
  private final double[] squares;
  private final int[] counts;

  /**
   * @param classes labels go from 0 to below this
   * @param width of the vectors
   */
  public ClassCentroids(int classes, int width) {
    this.sums = new double[classes][width];
    this.squares = new double[classes];
    this.counts = new int[classes];
  }

  /** Count a vector in. */
  public void add(int label, float[] vector) {
    double[] sum = sums[label];
    for (int h = 0; h < sum.length; h++) {
      sum[h] += vector[h];
      squares[label] += (double) vector[h] * vector[h];
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
    double size = squaredNorm(vector);
    for (int c = 0; c < sums.length; c++) {
      if (counts[c] < 2) {
        continue;
      }
      double distance = c == label ? distanceWithout(c, vector) : distance(c, vector);
      if (nearest < 0 || distance < least - ROUNDING * (size + squares[c] / counts[c])) {
        nearest = c;
        least = distance;
      }
    }
    return nearest;
  }

  private double distanceWithout(int own, float[] vector) {
    double distance = 0;
    for (int h = 0; h < vector.length; h++) {
      double centroid = (sums[own][h] - vector[h]) / (counts[own] - 1);
      distance += (vector[h] - centroid) * (vector[h] - centroid);
    }
    return distance;
  }

  private double distance(int other, float[] vector) {
    double n = counts[other];
    double distance = 0;
    double size = 0;
    for (int h = 0; h < vector.length; h++) {
      double centroid = sums[other][h] / n;
      distance += (vector[h] - centroid) * (vector[h] - centroid);
      size += centroid * centroid;
    }
    double scatter = squares[other] / n - size;
    return distance + scatter / ((n - 1) * (n - 1));
  }

  private static double squaredNorm(float[] vector) {
    double sum = 0;
    for (float value : vector) {
      sum += (double) value * value;
    }
    return sum;
  }
}
