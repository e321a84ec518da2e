package dev.sluice.scorers;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * The log-likelihoods of the choices of one item, and how they decide.
 *
 * @param logLikelihoods nats
 * @param lengths of the choices in Unicode code points
 */
public record ChoiceScores(List<Double> logLikelihoods, List<Integer> lengths) {
  public ChoiceScores {
    logLikelihoods = List.copyOf(logLikelihoods);
    lengths = List.copyOf(lengths);
    if (logLikelihoods.isEmpty() || logLikelihoods.size() != lengths.size()) {
      throw new IllegalArgumentException(
          logLikelihoods.size() + " log-likelihoods, " + lengths.size() + " lengths");
    }
  }

  /** The likeliest choice; the first of equals. */
  public int best() {
    return first(logLikelihoods::get);
  }

  /** The choice that is likeliest a code point; the first of equals. */
  public int bestByLength() {
    return first(i -> logLikelihoods.get(i) / lengths.get(i));
  }

  private int first(IntToDoubleFunction value) {
    int best = 0;
    for (int i = 1; i < lengths.size(); i++) {
      best = value.applyAsDouble(i) > value.applyAsDouble(best) ? i : best;
    }
    return best;
  }

  /** Nats between the best two choices: near 0, rounding may decide. */
  public double margin() {
    double best = logLikelihoods.get(best());
    double second = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < logLikelihoods.size(); i++) {
      if (i != best()) {
        second = Math.max(second, logLikelihoods.get(i));
      }
    }
    return best - second;
  }

  /**
   * How far a variant's view of an item's choices is from a reference's: the Kullback-Leibler
   * divergence, nats, of the distributions that a softmax makes of their log-likelihoods.
   */
  public static double divergence(double[] reference, double[] variant) {
    if (reference.length != variant.length) {
      throw new IllegalArgumentException(
          reference.length + " choices against " + variant.length + ": they must be the same");
    }
    double referenceNorm = logSumExp(reference);
    double variantNorm = logSumExp(variant);
    double sum = 0;
    for (int i = 0; i < reference.length; i++) {
      double logP = reference[i] - referenceNorm;
      if (logP > Double.NEGATIVE_INFINITY) {
        sum += Math.exp(logP) * (logP - (variant[i] - variantNorm));
      }
    }
    // Below 0 by rounding alone.
    return sum < 0 ? 0 : sum;
  }

  private static double logSumExp(double[] values) {
    double most = Arrays.stream(values).max().orElse(Double.NaN);
    return most + Math.log(Arrays.stream(values).map(v -> Math.exp(v - most)).sum());
  }
}
