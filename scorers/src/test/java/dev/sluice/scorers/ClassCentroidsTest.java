package dev.sluice.scorers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Leaving out by subtraction against leaving out for real. */
class ClassCentroidsTest {

  private static float[] vector(Random random, int width, double shift) {
    float[] vector = new float[width];
    for (int h = 0; h < width; h++) {
      vector[h] = (float) (random.nextGaussian() + shift);
    }
    return vector;
  }

  /** By the definition: one vector is left out of every class, in all ways where it is not given. */
  private static int nearest(List<float[]> vectors, List<Integer> labels, int left, int classes) {
    int nearest = -1;
    double least = Double.POSITIVE_INFINITY;
    for (int c = 0; c < classes; c++) {
      double distances = 0;
      int ways = 0;
      for (int out = 0; out < vectors.size(); out++) {
        if (labels.get(out) == c && (labels.get(left) != c || out == left)) {
          distances += distanceWithout(vectors, labels, out, vectors.get(left));
          ways++;
        }
      }
      if (distances / ways < least) {
        least = distances / ways;
        nearest = c;
      }
    }
    return nearest;
  }

  /** Squared, of a vector to the mean of a class from which one is left out. */
  private static double distanceWithout(
      List<float[]> vectors, List<Integer> labels, int out, float[] vector) {
    double distance = 0;
    for (int h = 0; h < vector.length; h++) {
      double sum = 0;
      int count = 0;
      for (int i = 0; i < vectors.size(); i++) {
        if (i != out && labels.get(i).equals(labels.get(out))) {
          sum += vectors.get(i)[h];
          count++;
        }
      }
      distance += Math.pow(vector[h] - sum / count, 2);
    }
    return distance;
  }

  @Test
  void fewWideRandomVectorsAreGuessedAndNotShunned() {
    Random random = new Random(1);
    int right = 0;
    for (int round = 0; round < 60; round++) {
      List<float[]> vectors = new ArrayList<>();
      ClassCentroids centroids = new ClassCentroids(2, 1000);
      for (int i = 0; i < 10; i++) {
        vectors.add(vector(random, 1000, 0));
        centroids.add(i % 2, vectors.get(i));
      }
      for (int i = 0; i < 10; i++) {
        right += centroids.nearestWithout(i % 2, vectors.get(i)) == i % 2 ? 1 : 0;
      }
    }
    assertThat(right / 600.0).isBetween(0.4, 0.6);
  }

  @Test
  void subtractingEqualsLeavingOut() {
    for (int seed = 0; seed < 30; seed++) {
      Random random = new Random(seed);
      int classes = 2 + random.nextInt(3);
      List<float[]> vectors = new ArrayList<>();
      List<Integer> labels = new ArrayList<>();
      ClassCentroids centroids = new ClassCentroids(classes, 7);
      for (int i = 0; i < 6 * classes; i++) {
        labels.add(i % classes);
        vectors.add(vector(random, 7, 0.5 * (i % classes)));
        centroids.add(labels.get(i), vectors.get(i));
      }
      for (int i = 0; i < vectors.size(); i++) {
        assertThat(centroids.nearestWithout(labels.get(i), vectors.get(i)))
            .as("seed %d, vector %d", seed, i)
            .isEqualTo(nearest(vectors, labels, i, classes));
      }
    }
  }

  @Test
  void equalVectorsAreGuessedAsTheFirstClassWhateverRoundingSays() {
    float[] same = vector(new Random(3), 50, 1000.1);
    ClassCentroids centroids = new ClassCentroids(3, 50);
    for (int i = 0; i < 33; i++) {
      centroids.add(i % 3, same);
    }
    for (int label = 0; label < 3; label++) {
      assertThat(centroids.nearestWithout(label, same)).isZero();
    }
  }

  @Test
  void aClassOfOneVectorTakesNoPart() {
    ClassCentroids centroids = new ClassCentroids(3, 1);
    centroids.add(0, new float[] {0});
    centroids.add(1, new float[] {10});
    assertThat(centroids.nearestWithout(0, new float[] {0})).isEqualTo(-1);
    centroids.add(1, new float[] {11});
    assertThat(centroids.nearestWithout(0, new float[] {0})).isEqualTo(1);
    assertThat(centroids.count(1)).isEqualTo(2);
  }
}
