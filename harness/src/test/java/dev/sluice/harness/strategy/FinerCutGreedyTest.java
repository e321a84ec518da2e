package dev.sluice.harness.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.plan.SweepPlan.CandidateKind;
import dev.sluice.harness.plan.SweepPlan.TieOrder;
import dev.sluice.harness.sweep.Strategy;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.scorers.Measure;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class FinerCutGreedyTest extends StrategyContract {
  private static final OptionalDouble NONE = OptionalDouble.empty();

  @Override
  Strategy strategy(int blocks, CandidateKind candidates) {
    return greedy(blocks, candidates, TieOrder.RELEASED, OptionalDouble.of(0.4));
  }

  private static FinerCutGreedy greedy(
      int blocks, CandidateKind kind, TieOrder ties, OptionalDouble exclude) {
    return new FinerCutGreedy(
        Measure.AG, pool(blocks, kind, ties), new FinerCutGreedy.Front(blocks, exclude));
  }

  private static FinerCutGreedy excluding(int blocks, CandidateKind kind, double share) {
    return greedy(blocks, kind, TieOrder.RELEASED, OptionalDouble.of(share));
  }

  @Test
  void cheapestIsCutFirst() {
    List<Candidate> order = order(greedy(6, CandidateKind.ALL, TieOrder.RELEASED, NONE), scores(3));
    assertThat(order)
        .isSortedAccordingTo(
            (a, b) -> Double.compare(scores(3).applyAsDouble(a), scores(3).applyAsDouble(b)));
  }

  @Test
  void higherIsBetterForAgreement() {
    FinerCutGreedy greedy =
        new FinerCutGreedy(
            Measure.TOP1,
            pool(2, CandidateKind.BLOCK, TieOrder.NATURAL),
            new FinerCutGreedy.Front(2, NONE));
    List<Trial> trials =
        List.of(
            trial(Candidate.ofBlock(0), Measure.TOP1, 0.25),
            trial(Candidate.ofBlock(1), Measure.TOP1, 0.75));
    assertThat(greedy.tell(trials)).contains(Candidate.ofBlock(1));
  }

  @Test
  void nanNeverWins() {
    FinerCutGreedy greedy = greedy(3, CandidateKind.ALL, TieOrder.RELEASED, NONE);
    Candidate only = Candidate.parse("1.attention");
    assertThat(greedy.tell(trials(asked(greedy), c -> c.equals(only) ? 1e300 : Double.NaN)))
        .contains(only);
    List<Candidate> asked = asked(greedy);
    assertThat(greedy.tell(trials(asked, c -> Double.NaN))).isEmpty();
    assertThat(asked(greedy)).as("where none can win, none is cut").isEqualTo(asked);
  }

  @Test
  void droppedTrialTakesNoPart() {
    FinerCutGreedy greedy = greedy(1, CandidateKind.ALL, TieOrder.RELEASED, NONE);
    Candidate attention = Candidate.parse("0.attention");
    Candidate ffn = Candidate.parse("0.ffn");
    assertThat(
            greedy.tell(
                List.of(
                    trial(ffn, Measure.AG, 0.1, Trial.Outcome.DROPPED),
                    trial(attention, Measure.AG, 0.9))))
        .contains(attention);
  }

  @Test
  void missingTrialIsAMistakeOfTheCaller() {
    FinerCutGreedy greedy = greedy(2, CandidateKind.ALL, TieOrder.RELEASED, NONE);
    List<Trial> one = trials(asked(greedy).subList(0, 1), scores(1));
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> greedy.tell(one))
        .withMessageContaining("no trial of");
  }

  @Test
  void tiesGoByReleasedNames() {
    assertThat(order(greedy(12, CandidateKind.ALL, TieOrder.RELEASED, NONE), c -> 1.0))
        .as("module names sorted as strings: mlp before self_attn, block 10 before block 2")
        .extracting(Candidate::name)
        .containsExactly(
            "0.ffn 0.attention 1.ffn 1.attention 10.ffn 10.attention 11.ffn 11.attention 2.ffn"
                .concat(" 2.attention 3.ffn 3.attention 4.ffn 4.attention 5.ffn 5.attention 6.ffn")
                .concat(" 6.attention 7.ffn 7.attention 8.ffn 8.attention 9.ffn 9.attention")
                .split(" "));
    assertThat(order(greedy(12, CandidateKind.BLOCK, TieOrder.RELEASED, NONE), c -> 1.0))
        .extracting(c -> c.sublayers().getFirst().block())
        .containsExactly(0, 1, 10, 11, 2, 3, 4, 5, 6, 7, 8, 9);
  }

  @Test
  void tiesGoByDepthIfAskedSo() {
    assertThat(order(greedy(12, CandidateKind.ALL, TieOrder.NATURAL, NONE), c -> 1.0))
        .isEqualTo(candidates(12, CandidateKind.ALL));
  }

  @Test
  void frontIsExcludedUntilItsShareIsCut() {
    FinerCutGreedy greedy = excluding(32, CandidateKind.ALL, 0.4);
    for (int removal = 1; removal <= 26; removal++) {
      int first = new TreeSet<>(blocks(asked(greedy))).first();
      assertThat(first).as("first block, removal %d of 64 x 0.4", removal).isEqualTo(13);
      greedy.tell(trials(asked(greedy), scores(5)));
    }
    assertThat(blocks(asked(greedy))).as("after the 26th removal").contains(0, 12);
    assertThat(asked(greedy)).hasSize(64 - 26);
  }

  @Test
  void excludedBlocksAreCountedAsTheReleasedCodeDoes() {
    assertThat(new TreeSet<>(blocks(asked(excluding(12, CandidateKind.ALL, 0.4)))).first())
        .as("floor(24 x 0.4 / 2) + 1 blocks")
        .isEqualTo(5);
    assertThat(new TreeSet<>(blocks(asked(excluding(12, CandidateKind.ATTENTION, 0.4)))).first())
        .as("the same, whatever may be cut")
        .isEqualTo(5);
    assertThat(new TreeSet<>(blocks(asked(excluding(12, CandidateKind.BLOCK, 0.4)))).first())
        .isEqualTo(5);
  }

  @Test
  void blocksCountTwiceTowardsTheEndOfTheExclusion() {
    FinerCutGreedy greedy = excluding(12, CandidateKind.BLOCK, 0.4);
    for (int removal = 1; removal <= 5; removal++) {
      assertThat(blocks(asked(greedy))).as("removal %d", removal).doesNotContain(0);
      greedy.tell(trials(asked(greedy), scores(5)));
    }
    assertThat(blocks(asked(greedy))).as("floor(24 x 0.4) + 1 = 10 sublayers are cut").contains(0);
  }

  @Test
  void shareZeroStillExcludesBlockZero() {
    FinerCutGreedy greedy = excluding(3, CandidateKind.ALL, 0);
    assertThat(blocks(asked(greedy))).containsOnly(1, 2);
    greedy.tell(trials(asked(greedy), scores(1)));
    assertThat(blocks(asked(greedy))).as("after one removal").contains(0);
  }

  @Test
  void withoutAShareNothingIsExcluded() {
    assertThat(asked(greedy(3, CandidateKind.ALL, TieOrder.NATURAL, NONE)))
        .isEqualTo(candidates(3, CandidateKind.ALL));
  }

  @Test
  void frontComesBackEarlyWhereNothingElseIsLeft() {
    FinerCutGreedy greedy = excluding(4, CandidateKind.ATTENTION, 0.9);
    assertThat(asked(greedy)).as("floor(8 x 0.9 / 2) + 1 = 4 blocks: all of them").hasSize(4);
    FinerCutGreedy half = excluding(4, CandidateKind.ATTENTION, 0.5);
    assertThat(blocks(asked(half))).containsOnly(3);
    half.tell(trials(asked(half), scores(1)));
    assertThat(blocks(asked(half))).as("after 1 of 5 removals").containsOnly(0, 1, 2);
  }

  private static List<Integer> blocks(List<Candidate> candidates) {
    List<Integer> blocks = new ArrayList<>();
    for (Candidate candidate : candidates) {
      candidate.sublayers().stream().map(Sublayer::block).forEach(blocks::add);
    }
    return blocks;
  }
}
