package dev.sluice.harness.tasks;

import dev.sluice.scorers.statistics.ConfidenceInterval;
import dev.sluice.scorers.statistics.Holm;
import dev.sluice.scorers.statistics.McNemar;
import dev.sluice.scorers.statistics.PairedBootstrap;
import java.util.ArrayList;
import java.util.List;

/**
 * A variant against the first one on the same items of one task: is the difference in accuracy real?
 *
 * @param difference of the accuracies, variant less baseline
 * @param interval of it at 95 %: bootstrap over items, paired, bias-corrected and accelerated
 * @param lost items that the baseline gets right and the variant does not
 * @param gained the other way round
 * @param p of McNemar's exact test
 * @param adjusted p by Holm over all differences of the evaluation
 */
public record PairedDifference(
    String task,
    String variant,
    double difference,
    ConfidenceInterval interval,
    long lost,
    long gained,
    double p,
    double adjusted) {
  private static final int REPLICATES = 10_000;
  private static final long SEED = 1234;
  private static final double CONFIDENCE = 0.95;

  /** Compare answers to the same items, of which there is at least one. */
  static PairedDifference of(
      String task, String variant, List<Boolean> baseline, List<Boolean> answers) {
    PairedBootstrap bootstrap =
        PairedBootstrap.of(numbers(answers), numbers(baseline), REPLICATES, SEED);
    long lost = 0;
    long gained = 0;
    for (int i = 0; i < answers.size(); i++) {
      lost += baseline.get(i) && !answers.get(i) ? 1 : 0;
      gained += answers.get(i) && !baseline.get(i) ? 1 : 0;
    }
    double p = new McNemar(lost, gained).pValue();
    return new PairedDifference(
        task, variant, bootstrap.mean(), bootstrap.bca(CONFIDENCE), lost, gained, p, p);
  }

  private static double[] numbers(List<Boolean> right) {
    return right.stream().mapToDouble(r -> r ? 1 : 0).toArray();
  }

  /** The same differences, their p adjusted for their number. */
  static List<PairedDifference> adjusted(List<PairedDifference> all) {
    double[] adjusted = Holm.adjusted(all.stream().mapToDouble(PairedDifference::p).toArray());
    List<PairedDifference> result = new ArrayList<>();
    for (int i = 0; i < adjusted.length; i++) {
      PairedDifference d = all.get(i);
      result.add(
          new PairedDifference(
              d.task, d.variant, d.difference, d.interval, d.lost, d.gained, d.p, adjusted[i]));
    }
    return result;
  }
}
