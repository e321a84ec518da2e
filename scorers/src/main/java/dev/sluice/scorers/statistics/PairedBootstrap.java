package dev.sluice.scorers.statistics;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The bootstrap of the mean difference of two variants on the same items (Efron 1987): items are
 * drawn with replacement, as many as there are, and their mean difference is taken, again and again.
 * Equal data, replicates and seed give equal results, whatever the number of threads. Immutable.
 */
public final class PairedBootstrap {
  /** Enough that a 95 % bound moves by about 2 % of the interval's width between seeds. */
  public static final int REPLICATES = 10_000;

  private static final int CHUNK = 64;

  private final double mean;
  private final double acceleration;

  /** Means closer than this are equal but for the order in which they were summed. */
  private final double rounding;

  private final double[] ascending;
  private final boolean usable;

  private PairedBootstrap(double[] differences, int replicates, long seed) {
    this.mean = Arrays.stream(differences).sum() / differences.length;
    this.usable = differences.length > 1 && Double.isFinite(mean);
    this.acceleration = acceleration(differences, mean);
    this.rounding = 1e-13 * Arrays.stream(differences).map(Math::abs).max().orElse(0);
    this.ascending = usable ? replicate(differences, replicates, seed) : new double[0];
    Arrays.sort(ascending);
  }

  /**
   * Draw all replicates, on the threads of the pool that it is called in.
   *
   * @param a one value per item
   * @param b values of the same items in the same order
   * @param replicates at least 100; see {@link #REPLICATES}
   */
  public static PairedBootstrap of(double[] a, double[] b, int replicates, long seed) {
    if (a.length != b.length) {
      throw new IllegalArgumentException(
          a.length + " values against " + b.length + ": pairs need as many on both sides");
    }
    if (replicates < 100) {
      throw new IllegalArgumentException(replicates + " replicates: at least 100");
    }
    double[] differences = new double[a.length];
    Arrays.setAll(differences, i -> a[i] - b[i]);
    return new PairedBootstrap(differences, replicates, seed);
  }

  /** A generator a chunk, split off in order, so that it does not matter who runs which. */
  private static double[] replicate(double[] differences, int replicates, long seed) {
    int chunks = (replicates + CHUNK - 1) / CHUNK;
    SplittableRandom root = new SplittableRandom(seed);
    SplittableRandom[] randoms = new SplittableRandom[chunks];
    Arrays.setAll(randoms, i -> root.split());
    double[] means = new double[replicates];
    IntStream.range(0, chunks)
        .parallel()
        .forEach(chunk -> {
          int end = Math.min(replicates, (chunk + 1) * CHUNK);
          for (int r = chunk * CHUNK; r < end; r++) {
            means[r] = resampledMean(differences, randoms[chunk]);
          }
        });
    return means;
  }

  private static double resampledMean(double[] differences, SplittableRandom random) {
    double sum = 0;
    for (int i = 0; i < differences.length; i++) {
      sum += differences[random.nextInt(differences.length)];
    }
    return sum / differences.length;
  }

  /** A sixth of the skewness of the mean, which is what the jackknife gives for it. */
  private static double acceleration(double[] differences, double mean) {
    double squares = 0;
    double cubes = 0;
    for (double difference : differences) {
      double deviation = difference - mean;
      squares += deviation * deviation;
      cubes += deviation * deviation * deviation;
    }
    return squares == 0 ? 0 : cubes / (6 * squares * Math.sqrt(squares));
  }

  /** The mean of {@code a - b}; NaN of nothing. */
  public double mean() {
    return mean;
  }

  /**
   * Quantiles of the replicates, with linear interpolation between neighbours. NaN for fewer than two
   * items, or where a difference is not finite.
   *
   * @param confidence above 0 and below 1
   */
  public ConfidenceInterval percentile(double confidence) {
    ConfidenceInterval.checkConfidence(confidence);
    double out = (1 - confidence) / 2;
    return usable
        ? new ConfidenceInterval(quantile(out), quantile(1 - out), confidence)
        : ConfidenceInterval.unknown(confidence);
  }

  /**
   * The same, corrected for bias and skewness (BCa): the better one where differences are skewed, as
   * log-likelihoods are. Where all differences are equal it is that one value.
   *
   * @param confidence above 0 and below 1
   */
  public ConfidenceInterval bca(double confidence) {
    ConfidenceInterval.checkConfidence(confidence);
    if (!usable) {
      return ConfidenceInterval.unknown(confidence);
    }
    double bias = Normal.quantile(shareBelowMean());
    double z = Normal.quantile((1 - confidence) / 2);
    return new ConfidenceInterval(
        quantile(corrected(bias, z)), quantile(corrected(bias, -z)), confidence);
  }

  private double corrected(double bias, double z) {
    double shifted = bias + z;
    if (acceleration * shifted >= 1) {
      // The correction has its pole here; it is only met at confidences beyond all use.
      return shifted > 0 ? 1 : 0;
    }
    return Normal.probability(bias + shifted / (1 - acceleration * shifted));
  }

  /** Replicates below the mean and half of those equal to it, kept off 0 and 1. */
  private double shareBelowMean() {
    double below = Arrays.stream(ascending).filter(m -> m < mean - rounding).count();
    double equal = Arrays.stream(ascending).filter(m -> Math.abs(m - mean) <= rounding).count();
    double least = 0.5 / ascending.length;
    return Math.clamp((below + equal / 2) / ascending.length, least, 1 - least);
  }

  private double quantile(double share) {
    double place = share * (ascending.length - 1);
    int low = (int) Math.floor(place);
    int high = Math.min(low + 1, ascending.length - 1);
    return ascending[low] + (place - low) * (ascending[high] - ascending[low]);
  }
}
