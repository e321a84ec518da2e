package dev.sluice.harness.sweep;

/**
 * What a sweep has cost so far.
 *
 * @param seconds wall time inside evaluations, over all processes that worked on the sweep
 * @param sublayerPasses sublayers run, counted once for each row-batch and hidden state
 * @param naiveSublayerPasses sublayers that one full forward pass per variant would have run
 * @param tokens token positions scored, summed over variants
 * @param peakResidentBytes highest resident memory of the process; 0 where the system does not tell
 */
public record Cost(
    double seconds,
    long sublayerPasses,
    long naiveSublayerPasses,
    long tokens,
    long peakResidentBytes) {

  public static final Cost NONE = new Cost(0, 0, 0, 0, 0);

  /** The sum of both; the peak is the higher one. */
  public Cost plus(Cost other) {
    return new Cost(
        seconds + other.seconds,
        sublayerPasses + other.sublayerPasses,
        naiveSublayerPasses + other.naiveSublayerPasses,
        tokens + other.tokens,
        Math.max(peakResidentBytes, other.peakResidentBytes));
  }
}
