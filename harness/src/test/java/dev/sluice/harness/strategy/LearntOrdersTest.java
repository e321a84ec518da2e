package dev.sluice.harness.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.plan.SweepPlan.CandidateKind;
import dev.sluice.harness.plan.SweepPlan.TieOrder;
import dev.sluice.harness.sweep.Attribution;
import dev.sluice.harness.sweep.Round;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.DepthProfile;
import dev.sluice.scorers.Measure;
import java.util.Collections;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Orders by what candidates are worth, against values worked out by hand. */
class LearntOrdersTest {
  private static final Sublayer A0 = Sublayer.parse("0.attention");
  private static final Sublayer F0 = Sublayer.parse("0.ffn");
  private static final Sublayer A1 = Sublayer.parse("1.attention");

  /** Additive, but for attention 0 and FFN 0, which stand in for each other. */
  private static double redundant(Variant v) {
    return Play.additive(1, 1, 5, 2).applyAsDouble(v)
        + (v.isCut(A0) && v.isCut(F0) ? 10 : 0)
        - (v.isCut(A0) && v.isCut(A1) ? 1 : 0);
  }

  private static List<Candidate> pool(int blocks) {
    return CandidatePool.of(blocks, CandidateKind.ALL, TieOrder.NATURAL);
  }

  private static List<Double> worth(Play play) {
    return play.attributions.getLast().stream().map(Attribution::score).toList();
  }

  @Test
  void oneShotMeasuresEachCutAloneAndCutsInThatOrder() {
    Play play = Play.of(new OneShotOrder(Measure.KL, pool(2), 10), LearntOrdersTest::redundant);
    assertThat(worth(play)).containsExactly(1.0, 1.0, 5.0, 2.0);
    assertThat(play.names())
        .as("ties by place; that attention 0 and FFN 0 must not go together is not seen")
        .containsExactly(
            "0.attention",
            "0.attention,0.ffn",
            "0.attention,0.ffn,1.ffn",
            "0.attention,0.ffn,1.attention,1.ffn");
    assertThat(play.rounds.getFirst()).isEqualTo(new Round.Survey(pool(2), 10));
  }

  @Test
  void shapleyValuesOfAnAdditiveLossAreItsPartsInEverySample() {
    Play play =
        Play.of(
            new ShapleyOrder(Measure.KL, pool(2), new ShapleyOrder.Sampling(5, 10, 1)),
            Play.additive(3, 1, 4, 1.5));
    assertThat(play.attributions).hasSize(5);
    for (List<Attribution> running : play.attributions) {
      assertThat(running).extracting(Attribution::score).containsExactly(3.0, 1.0, 4.0, 1.5);
    }
    assertThat(play.attributions.getLast())
        .allSatisfy(a -> assertThat(a.standardError()).isCloseTo(0, within(1e-9)));
    assertThat(play.names().getFirst()).isEqualTo("0.ffn");
    assertThat(play.names().get(1)).isEqualTo("0.ffn,1.ffn");
  }

  @Test
  void shapleyValuesShareWhatCutsDoTogether() {
    Play play =
        Play.of(
            new ShapleyOrder(Measure.KL, pool(2), new ShapleyOrder.Sampling(4000, 10, 7)),
            LearntOrdersTest::redundant);
    List<Attribution> last = play.attributions.getLast();
    double[] exact = {1 + 10 / 2.0 - 1 / 2.0, 1 + 10 / 2.0, 5 - 1 / 2.0, 2};
    for (int i = 0; i < exact.length; i++) {
      Attribution one = last.get(i);
      assertThat(one.score())
          .as("%s, seed 7", one.candidate())
          .isCloseTo(exact[i], within(4 * one.standardError() + 1e-9));
    }
    // FFN 0 and attention 1 come before attention 0 in half of the permutations, both in a third.
    double variance = 100 / 4.0 + 1 / 4.0 - 2 * 10 * (1 / 3.0 - 1 / 4.0);
    assertThat(last.getFirst().standardError())
        .isCloseTo(Math.sqrt(variance / 4000), withinPercentage(2));
  }

  @Test
  void shapleyValuesSumToTheLossOfCuttingAll() {
    ToDoubleFunction<Variant> noise = Play.noise(3);
    Play play =
        Play.of(new ShapleyOrder(Measure.KL, pool(3), new ShapleyOrder.Sampling(7, 10, 2)), noise);
    double all = noise.applyAsDouble(Candidate.ofAll(sublayers(6)).variant());
    double none = noise.applyAsDouble(Variant.intact());
    for (List<Attribution> running : play.attributions) {
      assertThat(running.stream().mapToDouble(Attribution::score).sum())
          .isCloseTo(all - none, within(1e-12));
    }
  }

  private static List<Sublayer> sublayers(int count) {
    return IntStream.range(0, count).mapToObj(Sublayer::at).toList();
  }

  @Test
  void windowsGiveTheMeanOfWhatACandidateAddsAtTheirEnds() {
    Play play =
        Play.of(
            new WindowOrder(Measure.KL, pool(2), new WindowOrder.Scan(2, 10, false)),
            LearntOrdersTest::redundant);
    // Attention 0 alone: 1; first of (A0 F0): 12 - 1 = 11. FFN 0 alone: 1; first of (F0 A1): 6 - 5;
    // last of (A0 F0): 12 - 1. Attention 1: 5; first of (A1 F1): 7 - 2; last of (F0 A1): 6 - 1.
    // FFN 1: 2; last of (A1 F1): 7 - 5.
    double[] exact = {(1 + 11) / 2.0, (1 + 1 + 11) / 3.0, 5, 2};
    for (int i = 0; i < exact.length; i++) {
      assertThat(worth(play).get(i)).isCloseTo(exact[i], within(1e-12));
    }
    assertThat(play.surveyed).as("nothing, 4 alone, 3 pairs").hasSize(8);
    assertThat(play.names().getFirst()).isEqualTo("1.ffn");
  }

  @Test
  void cornerstonesAreCutFirstByTheControl() {
    Play play =
        Play.of(
            new WindowOrder(Measure.KL, pool(2), new WindowOrder.Scan(3, 10, true)),
            Play.additive(9, 1, 2, 3));
    assertThat(play.names().getFirst()).isEqualTo("0.attention");
    assertThat(play.names().get(1)).isEqualTo("0.attention,1.ffn");
  }

  @Test
  void influenceIsOneLessTheCosineAcrossTheCandidate() {
    DepthProfile profile = Play.madeUpProfile(2);
    Play play =
        Play.of(
            new ProfileOrder(ProfileOrder.Change.INFLUENCE, pool(2)), Play.noise(1), profile, 0);
    assertThat(worth(play))
        .containsExactly(
            1 - profile.cosine().get(0).get(1),
            1 - profile.cosine().get(1).get(2),
            1 - profile.cosine().get(2).get(3),
            1 - profile.cosine().get(3).get(4));
    List<Candidate> blocks = CandidatePool.of(2, CandidateKind.BLOCK, TieOrder.NATURAL);
    Play ofBlocks =
        Play.of(new ProfileOrder(ProfileOrder.Change.INFLUENCE, blocks), Play.noise(1), profile, 0);
    assertThat(worth(ofBlocks))
        .as("ShortGPT's block influence")
        .containsExactly(profile.blockInfluence(0), profile.blockInfluence(1));
  }

  @Test
  void updateNormsOrderFromTheSmallest() {
    DepthProfile profile = Play.madeUpProfile(2);
    Play play =
        Play.of(
            new ProfileOrder(ProfileOrder.Change.UPDATE_NORM, pool(2)), Play.noise(1), profile, 0);
    assertThat(worth(play)).isEqualTo(profile.update());
    int least = profile.update().indexOf(Collections.min(profile.update()));
    assertThat(play.names().getFirst()).isEqualTo(Sublayer.at(least).toString());
  }

  @Test
  void whatHasNoWorthIsCutLast() {
    Play play =
        Play.of(
            new OneShotOrder(Measure.KL, pool(2), 10),
            v -> v.isCut(A0) ? Double.NaN : Play.additive(0, 2, 1, 3).applyAsDouble(v));
    assertThat(play.names().getFirst()).isEqualTo("1.attention");
    assertThat(play.cuts.get(2).isCut(A0)).isFalse();
  }

  @Test
  void weightsOrderWithoutAnyRoundBeforeTheFirstCut() {
    Play play =
        Play.of(new WeighedOrder(pool(2), c -> -c.sublayers().getFirst().index()), Play.noise(1));
    assertThat(play.names().getFirst()).isEqualTo("1.ffn");
    assertThat(play.rounds).hasSize(4).allMatch(r -> r instanceof Round.Cut);
  }
}
