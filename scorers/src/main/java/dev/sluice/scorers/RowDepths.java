package dev.sluice.scorers;

/**
 * What the hidden states of one row of tokens say of the boundaries between sublayers. Boundary
 * {@code p} lies before sublayer {@code p}, the last behind all; {@code x_p} are the states there.
 *
 * <p>Owns its arrays: who gives them leaves them alone.
 */
public final class RowDepths {
  /** With fewer tokens the unbiased estimate of dependence is not defined. */
  public static final int FEWEST_FOR_DEPENDENCE = 4;

  private final int tokens;
  private final double[][] cosines;
  private final double[][] angles;
  private final double[][] dependences;
  private final double[] updates;

  /**
   * @param tokens in the row, without padding
   * @param cosines {@code sum over tokens of cos(x_i, x_j)}, for each pair of boundaries
   * @param angles {@code (1/pi) arccos cos(x_i, x_j)} at the last token, from 0 to 1
   * @param dependences unbiased HSIC of the linear kernels of both boundaries' states (Song et al.
   *     2012), over the row's tokens; NaN for fewer than {@value #FEWEST_FOR_DEPENDENCE}
   * @param updates {@code sum over tokens of |x_{p+1} - x_p| / |x_p|} for each sublayer
   */
  public RowDepths(
      int tokens, double[][] cosines, double[][] angles, double[][] dependences, double[] updates) {
    int boundaries = cosines.length;
    if (tokens < 1
        || boundaries < 1
        || angles.length != boundaries
        || dependences.length != boundaries
        || updates.length != boundaries - 1) {
      throw new IllegalArgumentException(
          "%d tokens; %d, %d and %d boundaries, %d sublayers"
              .formatted(tokens, boundaries, angles.length, dependences.length, updates.length));
    }
    this.tokens = tokens;
    this.cosines = cosines;
    this.angles = angles;
    this.dependences = dependences;
    this.updates = updates;
  }

  public int tokens() {
    return tokens;
  }

  public int boundaries() {
    return cosines.length;
  }

  public double cosines(int i, int j) {
    return cosines[i][j];
  }

  public double angle(int i, int j) {
    return angles[i][j];
  }

  public double dependence(int i, int j) {
    return dependences[i][j];
  }

  public double updates(int sublayer) {
    return updates[sublayer];
  }
}
