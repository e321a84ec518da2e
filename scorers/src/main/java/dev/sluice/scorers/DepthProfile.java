package dev.sluice.scorers;

import java.util.List;

/**
 * How the hidden states of the intact model change from depth to depth, over one set of prompts.
 *
 * <p>Boundary {@code p} lies before sublayer {@code p}; boundary {@code 2L} lies behind the last of
 * L blocks, before the final norm. Block {@code b} lies between boundaries {@code 2b} and {@code 2b +
 * 2}. All matrices are symmetric, {@code [2L + 1][2L + 1]}; padding is in none of them.
 *
 * @param rows rows of tokens
 * @param tokens of all rows together
 * @param cosine mean over all tokens of {@code cos(x_i, x_j)}; 1 on the diagonal
 * @param angle mean over rows of {@code (1/pi) arccos cos(x_i, x_j)} at the row's last token, from 0
 *     to 1; 0 on the diagonal (Gromov et al., arXiv 2403.17887)
 * @param cka linear centred kernel alignment, from about 0 to 1; 1 on the diagonal. Each row of at
 *     least {@value RowDepths#FEWEST_FOR_DEPENDENCE} tokens is a minibatch of tokens (Nguyen et al.,
 *     arXiv 2010.15327): the rows' unbiased HSIC are averaged, then {@code HSIC(i, j) / sqrt(HSIC(i, i)
 *     HSIC(j, j))}. The estimate can be a little below 0; NaN where no row is long enough or the
 *     states of a boundary do not vary
 * @param update mean over all tokens of {@code |x_{p+1} - x_p| / |x_p|}, {@code [2L]}: how much each
 *     sublayer adds to the residual stream
 */
public record DepthProfile(
    int rows,
    long tokens,
    List<List<Double>> cosine,
    List<List<Double>> angle,
    List<List<Double>> cka,
    List<Double> update) {

  public DepthProfile {
    cosine = copy(cosine);
    angle = copy(angle);
    cka = copy(cka);
    update = List.copyOf(update);
    int boundaries = update.size() + 1;
    if (cosine.size() != boundaries || angle.size() != boundaries || cka.size() != boundaries) {
      throw new IllegalArgumentException(
          "%d sublayers, but %d, %d and %d boundaries"
              .formatted(update.size(), cosine.size(), angle.size(), cka.size()));
    }
  }

  private static List<List<Double>> copy(List<List<Double>> matrix) {
    List<List<Double>> copy = matrix.stream().map(List::copyOf).toList();
    if (copy.stream().anyMatch(row -> row.size() != copy.size())) {
      throw new IllegalArgumentException("a matrix of boundaries must be square");
    }
    return copy;
  }

  /** 2L. */
  public int sublayers() {
    return update.size();
  }

  /** L. */
  public int blocks() {
    return sublayers() / 2;
  }

  /**
   * Block influence, {@code 1 - mean cos} of a block's input and output (ShortGPT, arXiv
   * 2403.03853). Small is unimportant.
   */
  public double blockInfluence(int block) {
    return 1 - cosine.get(2 * block).get(2 * block + 2);
  }

  /**
   * The same of one sublayer, {@code 1 - mean cos(x, x + F(norm(x)))} (LLM-Drop, arXiv 2406.15786).
   *
   * @param index place in the order of execution: even is attention, odd FFN
   */
  public double sublayerInfluence(int index) {
    return 1 - cosine.get(index).get(index + 1);
  }

  /**
   * {@code d(l, n)}, the mean angular distance over {@code n} blocks from block {@code l} on: where it
   * is least, those n blocks are cut together (Gromov et al., arXiv 2403.17887). At the last token of
   * each row.
   */
  public double angularDistance(int block, int n) {
    return angle.get(2 * block).get(2 * (block + n));
  }

  /**
   * Mean cosine between the input and the output of {@code n} blocks from block {@code l} on, over all
   * tokens: the blocks where it is greatest are replaced by LLM-Streamline (arXiv 2403.19135).
   */
  public double cosineOver(int block, int n) {
    return cosine.get(2 * block).get(2 * (block + n));
  }
}
