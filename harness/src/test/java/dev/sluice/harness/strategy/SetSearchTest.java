package dev.sluice.harness.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.SublayerKind;
import dev.sluice.harness.plan.SweepPlan.CandidateKind;
import dev.sluice.harness.plan.SweepPlan.TieOrder;
import dev.sluice.harness.strategy.sets.BeamSearch;
import dev.sluice.harness.strategy.sets.BernoulliGates;
import dev.sluice.harness.strategy.sets.EvoPress;
import dev.sluice.harness.strategy.sets.ExhaustiveSearch;
import dev.sluice.harness.sweep.Round;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.DepthProfile;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.PrerequisiteException;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Searches for sets, on made-up losses whose optima are known. */
class SetSearchTest {

  private static List<Candidate> pool(int blocks, CandidateKind kind) {
    return CandidatePool.of(blocks, kind, TieOrder.NATURAL);
  }

  private static List<Variant> exhaustive(int blocks, ToDoubleFunction<Variant> loss) {
    List<Candidate> all = pool(blocks, CandidateKind.ALL);
    return Play.of(new ExhaustiveSearch(Measure.KL, all, all.size(), 10), loss).cuts;
  }

  private static List<Variant> beam(int blocks, int width, ToDoubleFunction<Variant> loss) {
    List<Candidate> all = pool(blocks, CandidateKind.ALL);
    return Play.of(
            new BeamSearch(Measure.KL, all, new BeamSearch.Breadth(all.size(), width, 10)), loss)
        .cuts;
  }

  @Test
  void exhaustiveSearchFindsTheLeastOfAllSetsOfEachSize() {
    ToDoubleFunction<Variant> noise = Play.noise(5);
    List<Variant> found = exhaustive(3, noise);
    assertThat(found).hasSize(6);
    for (int mask = 0; mask < 64; mask++) {
      int bits = mask;
      Variant any =
          Variant.cutting(
              IntStream.range(0, 6)
                  .filter(i -> (bits >> i & 1) == 1)
                  .mapToObj(Sublayer::at)
                  .toList());
      if (mask > 0) {
        Variant best = found.get(Integer.bitCount(mask) - 1);
        assertThat(noise.applyAsDouble(best)).isLessThanOrEqualTo(noise.applyAsDouble(any));
      }
    }
  }

  @Test
  void exhaustiveSearchRefusesWhatWouldTakeYears() {
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(() -> new ExhaustiveSearch(Measure.KL, pool(32, CandidateKind.ALL), 16, 10))
        .withMessageContaining("64 candidates have")
        .withMessageContaining("beam");
  }

  @Test
  void beamOfWidthOneIsTheGreedySearch() {
    for (long seed = 0; seed < 5; seed++) {
      FinerCutGreedy greedy =
          new FinerCutGreedy(
              Measure.KL,
              CandidatePool.of(4, CandidateKind.ALL, TieOrder.NATURAL),
              new FinerCutGreedy.Front(4, OptionalDouble.empty()));
      assertThat(beam(4, 1, Play.noise(seed)))
          .as("seed %d", seed)
          .isEqualTo(Play.of(greedy, Play.noise(seed)).cuts);
    }
  }

  @Test
  void beamThatKeepsEverythingIsExhaustive() {
    assertThat(beam(3, 1000, Play.noise(8))).isEqualTo(exhaustive(3, Play.noise(8)));
  }

  @Test
  void widerBeamsFindNoWorseSetsWhereGreedyIsLedAstray() {
    // The two cheapest alone are the dearest together.
    ToDoubleFunction<Variant> trap =
        v ->
            Play.additive(1, 2, 3, 3.1, 9, 9).applyAsDouble(v)
                + (v.isCut(0) && v.cuts().size() > 1 ? 50 : 0);
    assertThat(beam(3, 1, trap).get(1)).isEqualTo(Variant.parse("0.attention,0.ffn"));
    assertThat(beam(3, 3, trap).get(1)).isEqualTo(Variant.parse("0.ffn,1.attention"));
  }

  private static EvoPress evoPress(int size, boolean balanced, long seed) {
    return new EvoPress(
        Measure.KL,
        pool(4, CandidateKind.ALL),
        List.of(size),
        new EvoPress.Effort(16, 12, balanced, 32),
        seed);
  }

  @Test
  void evolutionFindsTheOptimumOfAnAdditiveLoss() {
    double[] costs = {5, 1, 8, 2, 3, 7, 4, 6};
    for (long seed = 0; seed < 20; seed++) {
      Play play = Play.of(evoPress(4, false, seed), Play.additive(costs));
      assertThat(play.names())
          .as("seed %d", seed)
          .containsExactly("0.ffn,1.ffn,2.attention,3.attention");
    }
  }

  @Test
  void firstStageSeesASixteenthOfTheRowsAndTheLastAllWithTheParent() {
    List<Round> rounds = Play.of(evoPress(3, false, 1), Play.noise(4)).rounds;
    for (int i = 0; i + 1 < rounds.size(); i += 2) {
      Round.Survey first = (Round.Survey) rounds.get(i);
      Round.Survey last = (Round.Survey) rounds.get(i + 1);
      assertThat(first.rows()).isEqualTo(2);
      assertThat(last.rows()).isEqualTo(32);
      assertThat(last.candidates()).as("16 / 8 survivors and the parent").hasSizeBetween(1, 3);
      assertThat(first.candidates()).allSatisfy(c -> assertThat(c.sublayers()).hasSize(3));
    }
    assertThat(rounds).as("a random start, 12 generations, the cut").hasSize(2 * 13 + 1);
  }

  @Test
  void lossOfTheParentNeverRises() {
    ToDoubleFunction<Variant> noise = Play.noise(6);
    double least = Double.POSITIVE_INFINITY;
    for (Round round : Play.of(evoPress(4, false, 3), noise).rounds) {
      if (round instanceof Round.Survey survey && survey.rows() == 32) {
        double best =
            survey.candidates().stream()
                .mapToDouble(c -> noise.applyAsDouble(c.variant()))
                .min()
                .orElseThrow();
        assertThat(best).isLessThanOrEqualTo(least);
        least = best;
      }
    }
  }

  @Test
  void balancedEvolutionCutsAsManyAttentionsAsFfns() {
    for (Round round : Play.of(evoPress(4, true, 2), Play.noise(2)).rounds) {
      if (round instanceof Round.Survey survey) {
        assertThat(survey.candidates())
            .allSatisfy(c ->
                assertThat(c.sublayers())
                    .filteredOn(s -> s.kind() == SublayerKind.ATTENTION)
                    .hasSize(2));
      }
    }
  }

  @Test
  void generationsFollowThePapersRule() {
    EvoPress search =
        new EvoPress(
            Measure.KL,
            pool(4, CandidateKind.ALL),
            List.of(3),
            new EvoPress.Effort(4, 0, false, 16),
            1);
    assertThat(Play.of(search, Play.noise(1)).rounds)
        .as("3 x 5 / 1.5 = 10 generations after the start, two stages each, and the cut")
        .hasSize(2 * 11 + 1);
  }

  @Test
  void gatesLearnWhichCutsAreCheap() {
    double[] costs = {9, 1, 9, 1, 9, 9, 1, 9};
    for (long seed = 0; seed < 10; seed++) {
      BernoulliGates gates =
          new BernoulliGates(
              Measure.KL,
              pool(4, CandidateKind.ALL),
              List.of(3),
              new BernoulliGates.Effort(150, 8, 10),
              seed);
      assertThat(Play.of(gates, Play.additive(costs)).names())
          .as("seed %d", seed)
          .containsExactly("0.ffn,1.ffn,3.attention");
    }
  }

  @Test
  void evenlySpacedIsLayerDropsRuleWhereTheNumberDivides() {
    List<Candidate> blocks = pool(8, CandidateKind.BLOCK);
    List<Variant> cuts = Play.of(new EvenlySpaced(blocks), Play.noise(1)).cuts;
    assertThat(cuts.get(3))
        .as("d mod 2 = 0")
        .isEqualTo(
            Candidate.union(List.of(blocks.get(0), blocks.get(2), blocks.get(4), blocks.get(6)))
                .variant());
    assertThat(cuts.get(2))
        .as("floor(i 8 / 3)")
        .isEqualTo(Candidate.union(List.of(blocks.get(0), blocks.get(2), blocks.get(5))).variant());
  }

  @Test
  void bestWindowIsTheOneOfTheLeastDistance() {
    DepthProfile profile = Play.madeUpProfile(4);
    for (BestWindow.Distance distance : BestWindow.Distance.values()) {
      List<Variant> cuts = Play.of(new BestWindow(distance, 4), Play.noise(1), profile, 0).cuts;
      for (int length = 1; length <= 4; length++) {
        int start = cuts.get(length - 1).cuts().getFirst().block();
        assertThat(cuts.get(length - 1).cuts()).hasSize(2 * length);
        assertThat(cuts.get(length - 1).cuts().getLast().block()).isEqualTo(start + length - 1);
        for (int other = 0; other + length <= 4; other++) {
          assertThat(distance.of(profile, start, length))
              .isLessThanOrEqualTo(distance.of(profile, other, length));
        }
      }
    }
  }
}
