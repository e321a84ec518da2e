package dev.sluice.scorers.divergence;

/**
 * How a variant's predictions of a text differ from the base's: what llama.cpp's {@code
 * --kl-divergence} prints as means. Errors treat tokens as independent of one another, so they are
 * too small; they are llama.cpp's.
 *
 * @param tokens over how many
 * @param perplexity of the variant, {@code exp(mean nll)}
 * @param basePerplexity of the base
 * @param correlation of the two perplexities' logarithms, -1 to 1: the covariance of the tokens'
 *     log-likelihoods over the product of both errors; NaN where an error is 0
 * @param logRatio {@code ln(perplexity / basePerplexity)}; its error takes the covariance into account,
 *     as do the next two
 * @param ratio {@code perplexity / basePerplexity}
 * @param difference {@code perplexity - basePerplexity}
 * @param divergence mean Kullback-Leibler divergence, nats per token
 * @param deltaP mean of {@code Q(y) - P(y)}, -1 to 1
 * @param rootMeanSquareDeltaP its root mean square; the error is NaN where that is 0
 * @param sameTop share of tokens at which both put the same token first
 */
public record DivergenceSummary(
    long tokens,
    Estimate perplexity,
    Estimate basePerplexity,
    double correlation,
    Estimate logRatio,
    Estimate ratio,
    Estimate difference,
    Estimate divergence,
    Estimate deltaP,
    Estimate rootMeanSquareDeltaP,
    Estimate sameTop) {}
