package dev.sluice.scorers.divergence;

/**
 * A number and its standard error.
 *
 * @param error in the value's unit, 0 where too few values were seen to tell
 */
public record Estimate(double value, double error) {

  /** The estimate of the exponential: the error is propagated to first order. */
  Estimate exp() {
    double value = Math.exp(this.value);
    return new Estimate(value, value * error);
  }
}
