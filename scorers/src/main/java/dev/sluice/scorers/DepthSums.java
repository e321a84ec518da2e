package dev.sluice.scorers;

import java.util.ArrayList;
import java.util.List;

/** Adds up rows for a {@link DepthProfile}. Not safe for use by several threads at once. */
public final class DepthSums {
  private final double[][] cosines;
  private final double[][] angles;
  private final double[][] dependences;
  private final double[] updates;
  private int rows;
  private int longRows;
  private long tokens;

  /**
   * @param sublayers of the model, 2L
   */
  public DepthSums(int sublayers) {
    int boundaries = sublayers + 1;
    this.cosines = new double[boundaries][boundaries];
    this.angles = new double[boundaries][boundaries];
    this.dependences = new double[boundaries][boundaries];
    this.updates = new double[sublayers];
  }

  /** Take in one row; every row counts once for angles and CKA, every token once for the rest. */
  public void add(RowDepths row) {
    if (row.boundaries() != cosines.length) {
      throw new IllegalArgumentException(
          row.boundaries() + " boundaries in a row, " + cosines.length + " in the model");
    }
    boolean isLong = row.tokens() >= RowDepths.FEWEST_FOR_DEPENDENCE;
    for (int i = 0; i < cosines.length; i++) {
      for (int j = 0; j < i; j++) {
        cosines[i][j] += row.cosines(i, j);
        angles[i][j] += row.angle(i, j);
      }
      for (int j = 0; isLong && j <= i; j++) {
        dependences[i][j] += row.dependence(i, j);
      }
    }
    for (int p = 0; p < updates.length; p++) {
      updates[p] += row.updates(p);
    }
    rows++;
    longRows += isLong ? 1 : 0;
    tokens += row.tokens();
  }

  /** The profile of the rows so far; all NaN beside the diagonals where there is none. */
  public DepthProfile profile() {
    List<Double> update = new ArrayList<>();
    for (double sum : updates) {
      update.add(sum / tokens);
    }
    return new DepthProfile(
        rows,
        tokens,
        matrix((i, j) -> i == j ? 1 : cosines[i][j] / tokens),
        matrix((i, j) -> i == j ? 0 : angles[i][j] / rows),
        matrix(this::cka),
        update);
  }

  /** The number of rows cancels. */
  private double cka(int i, int j) {
    double self = dependences[i][i];
    double other = dependences[j][j];
    if (longRows == 0 || !(self > 0) || !(other > 0)) {
      return Double.NaN;
    }
    return i == j ? 1 : dependences[i][j] / (Math.sqrt(self) * Math.sqrt(other));
  }

  private interface Entry {
    double at(int i, int j);
  }

  /** From the lower triangle. */
  private List<List<Double>> matrix(Entry entry) {
    List<List<Double>> matrix = new ArrayList<>();
    for (int i = 0; i < cosines.length; i++) {
      List<Double> row = new ArrayList<>();
      for (int j = 0; j < cosines.length; j++) {
        row.add(entry.at(Math.max(i, j), Math.min(i, j)));
      }
      matrix.add(row);
    }
    return matrix;
  }
}
