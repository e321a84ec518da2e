package dev.sluice.scorers.statistics;

import com.tdunning.math.stats.MergingDigest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Percentiles of a stream of values in bounded memory (some 80 KiB). The same values in the same
 * order give the same percentiles. Not safe for use by several threads at once.
 *
 * <p>The percentile q of n values is the value at place {@code floor(q n)}, from 0, of the sorted
 * values: exactly for up to {@value #EXACT} finite values. Beyond that a t-digest (Dunning and Ertl
 * 2019, compression 200) estimates it, and the place is off by less than {@code 0.005 n}, much less
 * towards both ends. Infinite values keep their places at the ends. One NaN makes every percentile
 * NaN, as it makes the mean.
 */
public final class Percentiles {
  /** Up to so many finite values are kept as they are. */
  public static final int EXACT = 4096;

  private static final double COMPRESSION = 200;
  private static final Map<String, Double> NAMED = named();

  private double[] kept = new double[64];
  private @Nullable MergingDigest digest;
  private long below;
  private long finite;
  private long above;
  private boolean nan;

  private static Map<String, Double> named() {
    Map<String, Double> named = new LinkedHashMap<>();
    for (String percent : "1 5 10 25 50 75 90 95 99 99.9".split(" ", -1)) {
      named.put("p" + percent, Double.parseDouble(percent) / 100);
    }
    return named;
  }

  /** Take one value in. */
  public void add(double value) {
    if (Double.isFinite(value)) {
      addFinite(value);
    } else if (Double.isNaN(value)) {
      nan = true;
    } else if (value < 0) {
      below++;
    } else {
      above++;
    }
  }

  private void addFinite(double value) {
    if (digest == null && finite == EXACT) {
      MergingDigest filled = new MergingDigest(COMPRESSION);
      Arrays.stream(kept).forEach(filled::add);
      digest = filled;
      kept = new double[0];
    }
    if (digest != null) {
      digest.add(value);
    } else {
      if (finite == kept.length) {
        kept = Arrays.copyOf(kept, Math.min(EXACT, 2 * kept.length));
      }
      kept[(int) finite] = value;
    }
    finite++;
  }

  /**
   * One percentile; NaN of nothing.
   *
   * @param share from 0 to 1
   */
  public double at(double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("share " + share + ": from 0 to 1");
    }
    return at(share, finiteByPlace());
  }

  /** {@code p1, p5, p10, p25, p50, p75, p90, p95, p99, p99.9}, in this order. */
  public Map<String, Double> all() {
    Map<String, Double> all = new LinkedHashMap<>();
    DoubleUnaryOperator finiteByPlace = finiteByPlace();
    NAMED.forEach((name, share) -> all.put(name, at(share, finiteByPlace)));
    return all;
  }

  private double at(double share, DoubleUnaryOperator finiteByPlace) {
    long count = below + finite + above;
    if (nan || count == 0) {
      return Double.NaN;
    }
    double place = Math.min(share * count, Math.nextDown((double) count));
    if (place < below) {
      return Double.NEGATIVE_INFINITY;
    }
    return place >= below + finite
        ? Double.POSITIVE_INFINITY
        : finiteByPlace.applyAsDouble(place - below);
  }

  /** The finite value at a place from 0 (included) to their number (excluded). */
  private DoubleUnaryOperator finiteByPlace() {
    MergingDigest estimate = digest;
    if (estimate != null) {
      return place -> estimate.quantile(place / finite);
    }
    double[] sorted = Arrays.copyOf(kept, (int) finite);
    Arrays.sort(sorted);
    return place -> sorted[(int) place];
  }
}
