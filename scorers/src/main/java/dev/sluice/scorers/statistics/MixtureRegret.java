package dev.sluice.scorers.statistics;

import java.util.Arrays;

/**
 * The log-loss of a uniform mixture of predictors beside that of the best of them, on one sequence.
 *
 * <p>The mixture is Bayesian: it begins with the same weight for each and goes over to those that
 * predict well. By the chain rule its loss on the whole sequence is {@code -log((1/N) sum over i of
 * exp(-L_i))} of their whole losses L_i, whatever the tokens' losses are one by one. Its regret is 0
 * to {@code ln N} nats. An analogy to the Universality Lens (2025), not its theorem: there, the
 * mixture is over all models; here, over the variants that were scored.
 *
 * @param best place of the best predictor, the first of equals; -1 if a loss is NaN
 * @param bestLoss its loss on the whole sequence, nats
 * @param mixtureLoss the mixture's
 */
public record MixtureRegret(int best, double bestLoss, double mixtureLoss) {
  /** What must stand wherever this, or a {@link BallMass}, is shown. */
  public static final String LABEL = "analogy to the Universality Lens, not the theorem";

  /**
   * The mixture of predictors that have these losses.
   *
   * @param losses of each on the whole sequence, nats; at least one
   */
  public static MixtureRegret of(double... losses) {
    if (losses.length == 0) {
      throw new IllegalArgumentException("a mixture of no predictors");
    }
    if (Arrays.stream(losses).anyMatch(Double::isNaN)) {
      return new MixtureRegret(-1, Double.NaN, Double.NaN);
    }
    int best = 0;
    for (int i = 1; i < losses.length; i++) {
      best = losses[i] < losses[best] ? i : best;
    }
    double least = losses[best];
    if (Double.isInfinite(least)) {
      return new MixtureRegret(best, least, least);
    }
    double mean = Arrays.stream(losses).map(l -> Math.exp(least - l)).average().orElseThrow();
    return new MixtureRegret(best, least, least - Math.log(mean));
  }

  /**
   * The mixture that begins anew with every row: it can be better than the best single predictor,
   * where different ones are best on different rows.
   *
   * @param losses {@code [predictors][rows]}, nats, as many rows of each
   */
  public static MixtureRegret restarted(double[][] losses) {
    MixtureRegret whole =
        of(Arrays.stream(losses).mapToDouble(rows -> Arrays.stream(rows).sum()).toArray());
    double sum = 0;
    for (int row = 0; row < losses[0].length; row++) {
      int at = row;
      sum += of(Arrays.stream(losses).mapToDouble(rows -> rows[at]).toArray()).mixtureLoss();
    }
    return new MixtureRegret(whole.best(), whole.bestLoss(), sum);
  }

  /** What the mixture loses to the best predictor, nats; below 0 where it wins. */
  public double regret() {
    return mixtureLoss == bestLoss ? 0 : mixtureLoss - bestLoss;
  }
}
