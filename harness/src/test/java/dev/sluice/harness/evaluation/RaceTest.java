package dev.sluice.harness.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Direction;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.Score;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RaceTest {
  private static final Variant FIRST = Variant.cutting(Sublayer.at(0));
  private static final Variant SECOND = Variant.cutting(Sublayer.at(1));
  private static final Race PAIRED = new PairedRace(0.95, 10, 2);

  private static Map<Variant, Score> scores(Measure measure, double[] first, double[] second) {
    Map<Variant, Score> scores = new LinkedHashMap<>();
    scores.put(FIRST, score(measure, first));
    scores.put(SECOND, score(measure, second));
    return scores;
  }

  private static Score score(Measure measure, double[] rows) {
    return new Score(
        measure,
        Arrays.stream(rows).average().orElseThrow(),
        0,
        0,
        rows.length,
        Map.of(),
        Arrays.stream(rows).boxed().toList());
  }

  private static double[] noisy(Random random, int rows, double mean) {
    double[] values = new double[rows];
    Arrays.setAll(values, i -> mean + 0.1 * random.nextGaussian());
    return values;
  }

  @Test
  void aClearlyWorseVariantIsDropped() {
    Random random = new Random(3);
    assertThat(PAIRED.hopeless(scores(Measure.AG, noisy(random, 10, 1), noisy(random, 10, 3))))
        .containsExactly(SECOND);
  }

  @Test
  void theDirectionDecidesWhoIsWorse() {
    Random random = new Random(3);
    assertThat(PAIRED.hopeless(scores(Measure.TOP1, noisy(random, 10, 1), noisy(random, 10, 3))))
        .containsExactly(FIRST);
  }

  @Test
  void nobodyIsDroppedOnThreeRows() {
    assertThat(
            PAIRED.hopeless(scores(Measure.AG, new double[] {1, 1, 1}, new double[] {9, 9.1, 9})))
        .isEmpty();
  }

  @Test
  void ofEqualVariantsOneIsDroppedNoMoreOftenThanTheConfidenceAllows() {
    int dropped = 0;
    for (int seed = 0; seed < 600; seed++) {
      Random random = new Random(seed);
      double[] first = noisy(random, 10, 1);
      double[] second = noisy(random, 10, 1);
      boolean any = false;
      for (int seen = 4; seen <= 10; seen++) {
        any |=
            !PAIRED
                .hopeless(
                    scores(Measure.AG, Arrays.copyOf(first, seen), Arrays.copyOf(second, seen)))
                .isEmpty();
      }
      dropped += any ? 1 : 0;
    }
    assertThat(dropped / 600.0).as("share of 600 seeds").isLessThan(0.05);
  }

  @ParameterizedTest
  @EnumSource(Measure.class)
  void aSoundRaceDropsOnlyWhatLosesOnAnyRemainder(Measure measure) {
    int dropped = 0;
    boolean lower = measure.direction() == Direction.LOWER_IS_BETTER;
    for (int seed = 0; seed < 2000; seed++) {
      Random random = new Random(seed);
      double least = measure.least();
      double[] values =
          random
              .doubles(20)
              .map(v -> random.nextInt(3) == 0 ? v : v * v)
              .map(v -> least + (1 - least) * v)
              .toArray();
      double full = Arrays.stream(values).average().orElseThrow();
      double toBeat = full + 0.2 * random.nextGaussian();
      boolean loses = lower ? full > toBeat : full < toBeat;
      for (int seen = 1; seen <= values.length; seen++) {
        Map<Variant, Score> soFar = Map.of(FIRST, score(measure, Arrays.copyOf(values, seen)));
        boolean hopeless =
            !new SoundRace(OptionalDouble.of(toBeat), values.length).hopeless(soFar).isEmpty();
        assertThat(hopeless && !loses).as("seed %d, %d seen", seed, seen).isFalse();
        dropped += hopeless && seen < values.length ? 1 : 0;
      }
    }
    assertThat(dropped).as("drops before the end").isPositive();
  }

  @Test
  void whatIsScoredToTheEndIsNotDropped() {
    SoundRace race = new SoundRace(OptionalDouble.of(0.25), 4);
    assertThat(race.hopeless(Map.of(FIRST, score(Measure.AG, new double[] {1, 1, 1})))).hasSize(1);
    assertThat(race.hopeless(Map.of(FIRST, score(Measure.AG, new double[] {1, 1, 1, 1}))))
        .isEmpty();
  }

  @Test
  void whatTiesWithTheScoreToBeatStays() {
    SoundRace race = new SoundRace(OptionalDouble.of(0.25), 4);
    double[] tied = {0.5, 0.5, 0, 0};
    assertThat(race.hopeless(Map.of(FIRST, score(Measure.AG, tied)))).isEmpty();
    assertThat(
            new SoundRace(OptionalDouble.of(Double.NaN), 4)
                .hopeless(Map.of(FIRST, score(Measure.AG, tied))))
        .isEmpty();
  }

  @Test
  void valuesAreCountedAsTheMeasureTakesItsMean() {
    List<TokenBatch> batches =
        List.of(
            new TokenBatch(0, List.of(new int[] {1, 2, 3}, new int[] {1})),
            new TokenBatch(2, List.of(new int[] {1, 2})));
    assertThat(SoundRace.on(batches, Measure.AG, OptionalDouble.empty()).values()).isEqualTo(6);
    assertThat(SoundRace.on(batches, Measure.NLL, OptionalDouble.empty()).values()).isEqualTo(3);
    assertThat(SoundRace.on(batches, Measure.NORM, OptionalDouble.empty()).values()).isEqualTo(3);
  }
}
