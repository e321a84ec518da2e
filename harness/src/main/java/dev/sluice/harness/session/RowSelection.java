package dev.sluice.harness.session;

import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.profile.RowDifficulty;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Chooses the rows of a calibration set from a pool: those of the highest score, the first of equals. */
final class RowSelection {
  /** Windows are drawn by the plan's seed itself; rows must not be chosen by the same numbers. */
  private static final long OTHER_STREAM = 0x5DEECE66DL;

  private RowSelection() {}

  /**
   * Places in the pool, rising; empty where nothing is chosen.
   *
   * @param difficulty of each row, asked for only where it decides
   */
  static List<Integer> places(
      SweepPlan.Calibration calibration,
      List<int[]> pool,
      Supplier<List<RowDifficulty>> difficulty) {
    int count = calibration.sequences();
    return switch (calibration.select()) {
      case FIRST -> List.of();
      case RANDOM -> highest(random(pool.size(), calibration.seed()), count);
      case LONGEST -> highest(pool.stream().mapToDouble(row -> row.length).toArray(), count);
      case LOSS -> highest(difficulty.get(), RowDifficulty::loss, count);
      case LOSS_LOW -> highest(difficulty.get(), row -> -row.loss(), count);
      case EL2N -> highest(difficulty.get(), RowDifficulty::el2n, count);
      case EL2N_LOW -> highest(difficulty.get(), row -> -row.el2n(), count);
      case GRAND -> highest(difficulty.get(), RowDifficulty::grand, count);
    };
  }

  /** Independent uniform scores: every set of rows is equally likely. */
  private static double[] random(int rows, long seed) {
    SplittableRandom random = new SplittableRandom(seed ^ OTHER_STREAM);
    return IntStream.range(0, rows).mapToDouble(i -> random.nextLong() >>> 11).toArray();
  }

  private static List<Integer> highest(
      List<RowDifficulty> rows, ToDoubleFunction<RowDifficulty> score, int count) {
    return highest(rows.stream().mapToDouble(score).toArray(), count);
  }

  /** Rows without a score, which predict nothing, come last. */
  static List<Integer> highest(double[] scores, int count) {
    Comparator<Integer> known = Comparator.comparing(i -> Double.isNaN(scores[i]));
    return IntStream.range(0, scores.length)
        .boxed()
        .sorted(known.thenComparing(i -> scores[i], Comparator.reverseOrder()))
        .limit(count)
        .sorted()
        .toList();
  }
}
