package dev.sluice.scorers.statistics;

import java.util.Arrays;

/**
 * How much of what a model gets right and wrong a variant keeps: LLM-Streamline's stability (arXiv
 * 2403.19135), {@code sum over items of w_i [both right or both wrong]}, {@code w} the softmax over
 * items of the standard deviation of the perplexities of an item's options under the model.
 *
 * <p>From 0 to 1, higher is better. Weights are exponentials of perplexities, so that few items may
 * decide: {@link #effectiveItems} tells. LLM-Streamline's released script sums the first k weights, k
 * the number of items on which both agree; this is the formula. Takes items as they come, in constant
 * memory. Not safe for use by several threads at once.
 */
public final class Stability {
  private double most = Double.NEGATIVE_INFINITY;
  private double weights;
  private double kept;
  private double squares;
  private long items;
  private boolean unknown;

  /**
   * The standard deviation of the perplexities of an item's options, with their number below the line.
   */
  public static double spread(double... perplexities) {
    double mean = Arrays.stream(perplexities).average().orElse(Double.NaN);
    return Math.sqrt(
        Arrays.stream(perplexities).map(p -> (p - mean) * (p - mean)).average().orElse(Double.NaN));
  }

  /**
   * Take in one item.
   *
   * @param spread of the model's perplexities of its options; one that is not finite makes the
   *     stability NaN
   * @param agree whether both are right or both are wrong
   */
  public void add(double spread, boolean agree) {
    items++;
    if (!Double.isFinite(spread)) {
      unknown = true;
      return;
    }
    if (spread > most) {
      double shrunk = Math.exp(most - spread);
      weights *= shrunk;
      kept *= shrunk;
      squares *= shrunk * shrunk;
      most = spread;
    }
    double weight = Math.exp(spread - most);
    weights += weight;
    kept += agree ? weight : 0;
    squares += weight * weight;
  }

  /** The stability so far; NaN of nothing. */
  public double value() {
    return unknown || items == 0 ? Double.NaN : kept / weights;
  }

  /** As many items of equal weight would say as much: {@code 1 / sum of w_i^2}; NaN of nothing. */
  public double effectiveItems() {
    return unknown || items == 0 ? Double.NaN : weights * weights / squares;
  }

  /** Items so far. */
  public long items() {
    return items;
  }
}
