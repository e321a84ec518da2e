package dev.sluice.harness.divergence;

/**
 * The normaliser of one row of logits as llama.cpp computes it: exponentials in float32, their sum in
 * double.
 *
 * @param first token of the largest logit, the lowest of equals
 * @param greatest logit
 * @param logSum logarithm of the sum of the exponentials, the largest logit taken off
 */
record LogSoftmax(int first, float greatest, float logSum) {

  static LogSoftmax of(float... logits) {
    int first = 0;
    for (int i = 1; i < logits.length; i++) {
      if (logits[i] > logits[first]) {
        first = i;
      }
    }
    double sum = 0;
    for (float logit : logits) {
      sum += (float) Math.exp(logit - logits[first]);
    }
    return new LogSoftmax(first, logits[first], (float) Math.log(sum));
  }

  /** Negative log-likelihood of a token that has this logit. */
  float nll(float logit) {
    return greatest + logSum - logit;
  }
}
