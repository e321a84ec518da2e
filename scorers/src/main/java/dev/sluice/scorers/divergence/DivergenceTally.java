package dev.sluice.scorers.divergence;

import java.util.Arrays;

/**
 * Sums up tokens as llama.cpp's {@code --kl-divergence} does: values and their products in float32,
 * sums in double. Keeps 8 bytes a token for the percentiles. Not safe for use by several threads at
 * once.
 */
public final class DivergenceTally {
  /** Up to so many values an error is 0. */
  private static final int FEW_FOR_ERROR = 10;

  /** With fewer values the covariance is 0. */
  private static final int FEWEST_FOR_COVARIANCE = 10;

  private float[] divergences = new float[256];
  private float[] deltas = new float[256];
  private int count;
  private long sameTop;
  private double nll;
  private double nllSquares;
  private double base;
  private double baseSquares;
  private double products;
  private double divergence;
  private double divergenceSquares;
  private double delta;
  private double deltaSquares;
  private double deltaFourths;

  /**
   * Take in one token.
   *
   * @param variantNll its negative log-likelihood under the variant, nats
   * @param baseNll under the base
   * @param kl Kullback-Leibler divergence of the variant from the base at its place
   * @param same whether both put the same token first there
   */
  public void add(float variantNll, float baseNll, double kl, boolean same) {
    float deltaP = (float) Math.exp(-variantNll) - (float) Math.exp(-baseNll);
    keep((float) kl, deltaP);
    nll += variantNll;
    nllSquares += variantNll * variantNll;
    base += baseNll;
    baseSquares += baseNll * baseNll;
    products += variantNll * baseNll;
    divergence += kl;
    divergenceSquares += kl * kl;
    double square = deltaP * deltaP;
    delta += deltaP;
    deltaSquares += square;
    deltaFourths += square * square;
    sameTop += same ? 1 : 0;
  }

  private void keep(float kl, float deltaP) {
    if (count == deltas.length) {
      divergences = Arrays.copyOf(divergences, 2 * count);
      deltas = Arrays.copyOf(deltas, 2 * count);
    }
    divergences[count] = kl;
    deltas[count] = deltaP;
    count++;
  }

  /** Tokens so far. */
  public int count() {
    return count;
  }

  /** The Kullback-Leibler divergences so far, in order of size. */
  public FloatPercentiles divergences() {
    return new FloatPercentiles(Arrays.copyOf(divergences, count));
  }

  /** The differences of the next token's probability so far, in order of size. */
  public FloatPercentiles deltas() {
    return new FloatPercentiles(Arrays.copyOf(deltas, count));
  }

  /** The means so far; of no tokens zeros and NaN. */
  public DivergenceSummary summary() {
    Estimate logPerplexity = mean(nll, nllSquares);
    Estimate logBase = mean(base, baseSquares);
    Estimate perplexity = logPerplexity.exp();
    Estimate basePerplexity = logBase.exp();
    double covariance = covariance();
    Estimate logRatio =
        new Estimate(
            logPerplexity.value() - logBase.value(),
            differenceError(logPerplexity, logBase, covariance));
    double scaled = perplexity.value() * basePerplexity.value() * covariance;
    return new DivergenceSummary(
        count,
        perplexity,
        basePerplexity,
        covariance / (logPerplexity.error() * logBase.error()),
        logRatio,
        logRatio.exp(),
        new Estimate(
            perplexity.value() - basePerplexity.value(),
            differenceError(perplexity, basePerplexity, scaled)),
        mean(divergence, divergenceSquares),
        mean(delta, deltaSquares),
        rootMeanSquare(),
        same());
  }

  private Estimate mean(double sum, double squares) {
    if (count == 0) {
      return new Estimate(0, 0);
    }
    double mean = sum / count;
    double variance = squares / count - mean * mean;
    boolean known = variance > 0 && count > FEW_FOR_ERROR;
    return new Estimate(mean, known ? Math.sqrt(variance / (count - 1)) : 0);
  }

  /** Of the two means. */
  private double covariance() {
    return count < FEWEST_FOR_COVARIANCE
        ? 0
        : (products / count - nll / count * (base / count)) / (count - 1);
  }

  private static double differenceError(Estimate first, Estimate second, double covariance) {
    return Math.sqrt(
        first.error() * first.error() + second.error() * second.error() - 2 * covariance);
  }

  private Estimate rootMeanSquare() {
    Estimate squares = mean(deltaSquares, deltaFourths);
    double root = Math.sqrt(squares.value());
    return new Estimate(root, 0.5 / root * squares.error());
  }

  private Estimate same() {
    double share = (double) sameTop / count;
    return new Estimate(share, Math.sqrt(share * (1 - share) / (count - 1)));
  }
}
