package dev.sluice.scorers.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ForkJoinPool;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairedBootstrapTest {
  private static final double[] SKEWED = {-0.31, 0.07, 0.12, 0.45, 0.58, 1.93, 4.21};

  private static PairedBootstrap of(double[] differences, int replicates, long seed) {
    double[] a = new double[differences.length];
    double[] b = new double[differences.length];
    Arrays.setAll(a, i -> differences[i] + i);
    Arrays.setAll(b, i -> i);
    return PairedBootstrap.of(a, b, replicates, seed);
  }

  /** Expected: NumPy over all 7^7 resamples, z and probabilities by mpmath. */
  @ParameterizedTest
  @CsvSource({
    "0.90, 0.18571429, 1.99571429, 0.31285714, 2.37",
    "0.95, 0.10285714, 2.19, 0.23, 2.65428571"
  })
  void boundsAreThoseOfAllResamples(
      double confidence, double low, double high, double bcaLow, double bcaHigh) {
    PairedBootstrap bootstrap = of(SKEWED, 200_000, 11);
    assertThat(bootstrap.mean()).isCloseTo(7.05 / 7, within(1e-14));
    ConfidenceInterval percentile = bootstrap.percentile(confidence);
    assertThat(percentile.low()).isCloseTo(low, within(0.015));
    assertThat(percentile.high()).isCloseTo(high, within(0.015));
    ConfidenceInterval bca = bootstrap.bca(confidence);
    assertThat(bca.low()).isCloseTo(bcaLow, within(0.015));
    // Out there the resamples' means lie that far apart.
    assertThat(bca.high()).isCloseTo(bcaHigh, within(0.06));
  }

  @Test
  void resultDependsOnTheSeedAndNotOnTheThreads() throws Exception {
    double[] differences = new SplittableRandom(5).doubles(200, -1, 2).toArray();
    List<ConfidenceInterval> alone = bounds(differences, 1, 42);
    assertThat(bounds(differences, 4, 42)).isEqualTo(alone);
    assertThat(bounds(differences, 4, 43)).isNotEqualTo(alone);
  }

  private static List<ConfidenceInterval> bounds(double[] differences, int threads, long seed)
      throws Exception {
    try (ForkJoinPool pool = new ForkJoinPool(threads)) {
      PairedBootstrap bootstrap = pool.submit(() -> of(differences, 3001, seed)).get();
      return List.of(bootstrap.percentile(0.95), bootstrap.bca(0.95), bootstrap.bca(0.5));
    }
  }

  @Test
  void swappedSidesMirrorTheInterval() {
    SplittableRandom random = new SplittableRandom(6);
    double[] a = random.doubles(50).toArray();
    double[] b = random.doubles(50).map(u -> u * u).toArray();
    PairedBootstrap ab = PairedBootstrap.of(a, b, 2000, 1);
    PairedBootstrap ba = PairedBootstrap.of(b, a, 2000, 1);
    assertThat(ba.mean()).isEqualTo(-ab.mean());
    for (Function<PairedBootstrap, ConfidenceInterval> kind :
        List.<Function<PairedBootstrap, ConfidenceInterval>>of(
            p -> p.percentile(0.9), p -> p.bca(0.9))) {
      assertThat(kind.apply(ba).low()).isCloseTo(-kind.apply(ab).high(), within(1e-12));
      assertThat(kind.apply(ba).high()).isCloseTo(-kind.apply(ab).low(), within(1e-12));
    }
  }

  @Test
  void moreConfidenceIsWiderAndShiftsAndScalesCarryOver() {
    PairedBootstrap one = of(SKEWED, 2000, 3);
    PairedBootstrap other = of(Arrays.stream(SKEWED).map(d -> 5 * d + 7).toArray(), 2000, 3);
    ConfidenceInterval before = one.bca(0.5);
    for (double confidence : new double[] {0.8, 0.9, 0.95, 0.99}) {
      ConfidenceInterval bca = one.bca(confidence);
      assertThat(bca.low()).isLessThan(before.low());
      assertThat(bca.high()).isGreaterThan(before.high());
      assertThat(other.bca(confidence).low()).isCloseTo(5 * bca.low() + 7, within(1e-9));
      assertThat(other.bca(confidence).high()).isCloseTo(5 * bca.high() + 7, within(1e-9));
      before = bca;
    }
  }

  @Test
  void correctionLeansTowardsTheLongTail() {
    PairedBootstrap bootstrap = of(SKEWED, 20_000, 9);
    assertThat(bootstrap.bca(0.9).low()).isGreaterThan(bootstrap.percentile(0.9).low());
    assertThat(bootstrap.bca(0.9).high()).isGreaterThan(bootstrap.percentile(0.9).high());
  }

  @Test
  void coversTheTruthAboutAsOftenAsItSays() {
    DoubleUnaryOperator same = u -> u;
    DoubleUnaryOperator exponential = u -> -Math.log1p(-u);
    // What resampling 30 items leaves out costs a percent or two, more where they are skewed.
    assertCoverage(same, 0.5, 0.92, 0.965);
    assertCoverage(exponential, 1, 0.90, 0.96);
  }

  private static void assertCoverage(
      DoubleUnaryOperator law, double truth, double least, double most) {
    int percentile = 0;
    int bca = 0;
    for (int seed = 0; seed < 2000; seed++) {
      double[] values = new SplittableRandom(seed).doubles(30).map(law).toArray();
      PairedBootstrap bootstrap = PairedBootstrap.of(values, new double[30], 500, seed);
      percentile += bootstrap.percentile(0.95).contains(truth) ? 1 : 0;
      bca += bootstrap.bca(0.95).contains(truth) ? 1 : 0;
    }
    assertThat(percentile / 2000.0).as("percentile, seeds 0 to 1999").isBetween(least, most);
    assertThat(bca / 2000.0).as("BCa, seeds 0 to 1999").isBetween(least, most);
  }

  @Test
  void equalDifferencesAreOnePoint() {
    PairedBootstrap bootstrap = of(new double[] {0.25, 0.25, 0.25, 0.25}, 500, 1);
    assertThat(bootstrap.percentile(0.95)).isEqualTo(new ConfidenceInterval(0.25, 0.25, 0.95));
    assertThat(bootstrap.bca(0.95)).isEqualTo(new ConfidenceInterval(0.25, 0.25, 0.95));
  }

  @Test
  void extremeConfidenceStaysWithinTheReplicates() {
    for (double confidence : new double[] {1e-12, 0.999_999_999}) {
      ConfidenceInterval bca = of(SKEWED, 100, 2).bca(confidence);
      assertThat(bca.low()).isBetween(-0.31, 4.21);
      assertThat(bca.high()).isBetween(bca.low(), 4.21);
    }
    double[] outlier = new double[400];
    outlier[0] = 1;
    ConfidenceInterval bca = of(outlier, 100, 2).bca(0.999_999_999_999);
    assertThat(bca.high()).isGreaterThanOrEqualTo(bca.low());
  }

  @Test
  void whatCannotBeResampledIsUnknown() {
    for (double[] few : new double[][] {{}, {1}, {1, Double.NaN}, {1, Double.POSITIVE_INFINITY}}) {
      assertThat(of(few, 200, 1).percentile(0.9).low()).isNaN();
      assertThat(of(few, 200, 1).bca(0.9).high()).isNaN();
      assertThat(of(few, 200, 1).bca(0.9).contains(1)).isFalse();
    }
  }

  @Test
  void badArgumentsAreRefused() {
    assertThatThrownBy(() -> PairedBootstrap.of(new double[2], new double[3], 1000, 1))
        .hasMessageContaining("2 values against 3");
    assertThatThrownBy(() -> of(SKEWED, 99, 1)).hasMessageContaining("99 replicates");
    PairedBootstrap bootstrap = of(SKEWED, 100, 1);
    for (double confidence : new double[] {0, 1, -1, Double.NaN}) {
      assertThatThrownBy(() -> bootstrap.bca(confidence)).hasMessageContaining("confidence");
      assertThatThrownBy(() -> bootstrap.percentile(confidence))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
