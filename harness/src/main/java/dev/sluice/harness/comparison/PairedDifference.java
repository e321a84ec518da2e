package dev.sluice.harness.comparison;

import dev.sluice.scorers.statistics.ConfidenceInterval;
import dev.sluice.scorers.statistics.Holm;
import dev.sluice.scorers.statistics.McNemar;
import dev.sluice.scorers.statistics.PairedBootstrap;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Two variants on the same items of one task: is the difference real?
 *
 * @param items that both answered
 * @param difference of the means, the second's less the first's: of accuracies, or nats a request
 * @param interval of it at 95 %: bootstrap over items, paired, bias-corrected and accelerated
 * @param flips items that only one of them gets right; none of log-likelihoods
 * @param p of McNemar's exact test; empty for log-likelihoods
 * @param adjusted p by Holm over all differences of the comparison
 */
public record PairedDifference(
    Pair pair,
    long items,
    double difference,
    ConfidenceInterval interval,
    Flips flips,
    OptionalDouble p,
    OptionalDouble adjusted) {
  private static final long SEED = 1234;
  private static final double CONFIDENCE = 0.95;

  /**
   * Items that only one of two variants gets right.
   *
   * @param lost that the first gets right and the second does not
   * @param gained the other way round
   */
  public record Flips(long lost, long gained) {}

  /** Who is compared on what. */
  public record Pair(String task, Measured measured, String first, String second) {}

  /**
   * Compare.
   *
   * @param first values of the same items in the same order as the second's, of which there is one at
   *     least
   */
  static PairedDifference of(Pair pair, long items, double[] first, double[] second) {
    PairedBootstrap bootstrap = PairedBootstrap.of(second, first, PairedBootstrap.REPLICATES, SEED);
    Flips flips = pair.measured().accuracy() ? flips(first, second) : new Flips(0, 0);
    OptionalDouble p =
        pair.measured().accuracy()
            ? OptionalDouble.of(new McNemar(flips.lost(), flips.gained()).pValue())
            : OptionalDouble.empty();
    return new PairedDifference(
        pair, items, bootstrap.mean(), bootstrap.bca(CONFIDENCE), flips, p, p);
  }

  private static Flips flips(double[] first, double[] second) {
    long lost = 0;
    long gained = 0;
    for (int i = 0; i < first.length; i++) {
      lost += first[i] > second[i] ? 1 : 0;
      gained += second[i] > first[i] ? 1 : 0;
    }
    return new Flips(lost, gained);
  }

  private PairedDifference withAdjusted(double value) {
    return new PairedDifference(
        pair, items, difference, interval, flips, p, OptionalDouble.of(value));
  }

  /** The same differences, their p adjusted for the number of tests. */
  static List<PairedDifference> adjusted(List<PairedDifference> all) {
    double[] tested =
        all.stream().filter(d -> d.p.isPresent()).mapToDouble(d -> d.p.getAsDouble()).toArray();
    double[] adjusted = Holm.adjusted(tested);
    List<PairedDifference> result = new ArrayList<>();
    int next = 0;
    for (PairedDifference d : all) {
      result.add(d.p.isPresent() ? d.withAdjusted(adjusted[next++]) : d);
    }
    return result;
  }
}
