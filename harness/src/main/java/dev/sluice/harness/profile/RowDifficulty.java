package dev.sluice.harness.profile;

import dev.sluice.harness.engine.TokenBatch;
import java.util.ArrayList;
import java.util.List;

/**
 * How hard the intact model finds a row: means over its tokens that have a next one, NaN where none has.
 *
 * @param predictions tokens that have a next one
 * @param loss mean {@code -log Q(y)}
 * @param el2n mean {@code |Q - onehot(y)|}, from 0 to root 2 (arXiv 2107.07075)
 * @param grand mean length of the gradient of a token's loss with respect to the head's weights; the
 *     paper's GraNd takes all weights and the mean over initialisations
 */
public record RowDifficulty(int predictions, double loss, double el2n, double grand) {

  /**
   * Of each row of a batch. Sums are float64, in the order of tokens.
   *
   * @param values as {@link dev.sluice.harness.engine.Engine#difficulty} gives them
   */
  static List<RowDifficulty> of(TokenBatch batch, float[][] values) {
    List<RowDifficulty> rows = new ArrayList<>();
    for (int row = 0; row < batch.rows(); row++) {
      int from = row * batch.length();
      int to = from + batch.length(row) - 1;
      rows.add(
          new RowDifficulty(
              to - from,
              mean(values[0], from, to),
              mean(values[1], from, to),
              mean(values[2], from, to)));
    }
    return rows;
  }

  private static double mean(float[] values, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += values[i];
    }
    return sum / (to - from);
  }
}
