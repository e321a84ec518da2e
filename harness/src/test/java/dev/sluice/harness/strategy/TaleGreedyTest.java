package dev.sluice.harness.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.harness.plan.SweepPlan.CandidateKind;
import dev.sluice.harness.plan.SweepPlan.TieOrder;
import dev.sluice.harness.sweep.Round;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Measure;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Losses are those of {@link Play}: what the paper calls accuracy, turned around. */
class TaleGreedyTest {
  private static final int ROWS = 7;

  private static List<Candidate> blocks(int blocks) {
    return CandidatePool.of(blocks, CandidateKind.BLOCK, TieOrder.NATURAL);
  }

  private static Play play(int blocks, ToDoubleFunction<Variant> loss) {
    return Play.of(new TaleGreedy(Measure.KL, blocks(blocks), ROWS), loss);
  }

  /** The loss of the named variants; of all others 9. */
  private static ToDoubleFunction<Variant> table(Map<String, Double> losses) {
    return variant -> losses.getOrDefault(Candidate.ofAll(variant.cuts()).name(), 9.0);
  }

  private static List<String> names(Play play) {
    return play.cuts.stream().map(v -> Candidate.ofAll(v.cuts()).name()).toList();
  }

  @Test
  void itCutsTheBestOfEachScanWhileItIsNoWorseThanTheIntactModel() {
    Play play =
        play(
            3,
            table(
                Map.of(
                    "nothing",
                    0.5,
                    "0.block",
                    0.5,
                    "1.block",
                    0.3,
                    "2.block",
                    0.4,
                    "0.block+1.block",
                    0.5,
                    "1.block+2.block",
                    0.51,
                    "0.block+1.block+2.block",
                    0.6)));
    assertThat(names(play)).containsExactly("1.block", "0.block+1.block");
  }

  @Test
  void theLastScanEndsItWithoutACut() {
    Play play = play(3, Play.additive(0, 0, 1, 1, 1, 1));
    assertThat(names(play)).containsExactly("0.block");
    assertThat(play.rounds.getLast())
        .isEqualTo(
            new Round.Survey(
                List.of(Candidate.parse("0.block+1.block"), Candidate.parse("0.block+2.block")),
                ROWS));
  }

  @Test
  void nothingIsCutWhereEveryCutCosts() {
    Play play = play(2, Play.additive(1, 1, 1, 1));
    assertThat(play.cuts).isEmpty();
    assertThat(play.rounds)
        .containsExactly(
            new Round.Survey(
                List.of(
                    Candidate.parse("nothing"),
                    Candidate.parse("0.block"),
                    Candidate.parse("1.block")),
                ROWS));
  }

  @Test
  void whatIsGainedMayBeSpentAgain() {
    Play play = play(2, table(Map.of("nothing", 0.5, "0.block", 0.1, "0.block+1.block", 0.5)));
    assertThat(names(play)).containsExactly("0.block", "0.block+1.block");
  }

  @Test
  void ofEqualsTheFirstByTheOrderOfTiesIsCut() {
    ToDoubleFunction<Variant> flat = variant -> variant.cuts().size() > 2 ? 1 : 0;
    assertThat(names(play(11, flat))).containsExactly("0.block");
    List<Candidate> released =
        CandidatePool.of(11, CandidateKind.BLOCK, TieOrder.RELEASED).reversed();
    assertThat(names(Play.of(new TaleGreedy(Measure.KL, released, ROWS), flat)))
        .containsExactly("9.block");
  }

  @Test
  void aScoreThatIsNoNumberNeverWins() {
    ToDoubleFunction<Variant> broken = table(Map.of("nothing", 0.5, "0.block", Double.NaN));
    assertThat(play(1, broken).cuts).isEmpty();
    assertThat(names(play(2, table(Map.of("nothing", 0.5, "0.block", Double.NaN, "1.block", 0.5)))))
        .containsExactly("1.block");
  }

  @Test
  void cutsAskForNothingThatWasNotMeasuredBefore() {
    Play play = play(4, variant -> 0);
    assertThat(play.cuts).hasSize(4);
    for (Round round : play.rounds) {
      if (round instanceof Round.Cut cut) {
        assertThat(cut.candidates())
            .allMatch(c -> play.surveyed.contains(cut.base().and(c.sublayers())));
      }
    }
    assertThat(play.surveyed).as("1 + 4 + 3 + 2 + 1").hasSize(11);
  }
}
