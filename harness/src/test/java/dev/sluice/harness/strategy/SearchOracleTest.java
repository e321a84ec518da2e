package dev.sluice.harness.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.harness.SharedData;
import dev.sluice.harness.plan.SweepPlan.CandidateKind;
import dev.sluice.harness.plan.SweepPlan.TieOrder;
import dev.sluice.harness.strategy.sets.BeamSearch;
import dev.sluice.harness.strategy.sets.BernoulliGates;
import dev.sluice.harness.strategy.sets.EvoPress;
import dev.sluice.harness.strategy.sets.ExhaustiveSearch;
import dev.sluice.harness.sweep.Strategy;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Measure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeSet;
import java.util.function.LongFunction;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Searches on the divergences of all 1,024 sets of a trained model's sublayers, which a float64
 * reference worked out.
 */
class SearchOracleTest {
  /** Sizes at which the greedy search by KL misses the best set. */
  private static final List<Integer> MISSED = List.of(4, 7, 9);

  private static final int SEEDS = 20;

  private static JsonNode oracle() throws IOException {
    return new ObjectMapper()
        .readTree(SharedData.require("data/models/stories260K/oracle.json").toFile());
  }

  private static ToDoubleFunction<Variant> loss(JsonNode oracle, String measure) {
    double[] losses = new double[1024];
    for (int mask = 0; mask < losses.length; mask++) {
      losses[mask] = oracle.get("subsets").get(mask).get(measure).asDouble();
    }
    return variant -> losses[variant.cuts().stream().mapToInt(s -> 1 << s.index()).sum()];
  }

  private static List<Candidate> pool() {
    return CandidatePool.of(5, CandidateKind.ALL, TieOrder.NATURAL);
  }

  private static Variant optimum(JsonNode oracle, String measure, int size) {
    List<String> cuts = new ArrayList<>();
    oracle
        .get("optimal_by_brute_force")
        .get(measure)
        .get(size)
        .get("optimal")
        .get(1)
        .forEach(s -> cuts.add(s.asText()));
    return Variant.parse(String.join(",", new TreeSet<>(cuts)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ag", "kl"})
  void exhaustiveSearchFindsTheReferencesOptima(String measure) throws IOException {
    JsonNode oracle = oracle();
    List<Variant> cuts =
        Play.of(new ExhaustiveSearch(Measure.KL, pool(), 10, 10), loss(oracle, measure)).cuts;
    for (int size = 1; size <= 10; size++) {
      assertThat(cuts.get(size - 1))
          .as("%s, %d cut", measure, size)
          .isEqualTo(optimum(oracle, measure, size));
    }
  }

  @Test
  void greedyMissesTheOptimumByKlAtThreeSizes() throws IOException {
    JsonNode oracle = oracle();
    FinerCutGreedy greedy =
        new FinerCutGreedy(
            Measure.KL,
            CandidatePool.of(5, CandidateKind.ALL, TieOrder.NATURAL),
            new FinerCutGreedy.Front(5, OptionalDouble.empty()));
    List<Variant> cuts = Play.of(greedy, loss(oracle, "kl")).cuts;
    List<Integer> missed = new ArrayList<>();
    for (int size = 1; size <= 10; size++) {
      if (!cuts.get(size - 1).equals(optimum(oracle, "kl", size))) {
        missed.add(size);
      }
    }
    assertThat(missed).isEqualTo(MISSED);
  }

  @Test
  void beamsOfWidthFourFindEveryOptimumByKl() throws IOException {
    JsonNode oracle = oracle();
    List<Variant> cuts =
        Play.of(
                new BeamSearch(Measure.KL, pool(), new BeamSearch.Breadth(10, 4, 10)),
                loss(oracle, "kl"))
            .cuts;
    for (int size = 1; size <= 10; size++) {
      assertThat(cuts.get(size - 1)).as("%d cut", size).isEqualTo(optimum(oracle, "kl", size));
    }
  }

  /** How many of the seeds find the optimum of each size that the greedy search misses. */
  private static List<Integer> found(LongFunction<Strategy> search) throws IOException {
    JsonNode oracle = oracle();
    ToDoubleFunction<Variant> loss = loss(oracle, "kl");
    int[] hits = new int[MISSED.size()];
    for (long seed = 0; seed < SEEDS; seed++) {
      List<Variant> cuts = Play.of(search.apply(seed), loss).cuts;
      for (int i = 0; i < hits.length; i++) {
        hits[i] += cuts.get(i).equals(optimum(oracle, "kl", MISSED.get(i))) ? 1 : 0;
      }
    }
    return Arrays.stream(hits).boxed().toList();
  }

  @Test
  void evolutionFindsWhatGreedyMissesFromEverySeed() throws IOException {
    assertThat(
            found(seed ->
                new EvoPress(
                    Measure.KL, pool(), MISSED, new EvoPress.Effort(32, 0, false, 10), seed)))
        .as("of %d seeds, at sizes %s", SEEDS, MISSED)
        .containsExactly(SEEDS, SEEDS, SEEDS);
  }

  /** Gates end in the optimum's neighbourhood; what they find depends on what they drew. */
  @Test
  void gatesFindWhatGreedyMissesAtTheSmallestSizeFromEverySeed() throws IOException {
    List<Integer> found =
        found(seed ->
            new BernoulliGates(
                Measure.KL, pool(), MISSED, new BernoulliGates.Effort(100, 32, 10), seed));
    assertThat(found).as("of %d seeds, at sizes %s", SEEDS, MISSED).containsExactly(20, 0, 8);
  }
}
