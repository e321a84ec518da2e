package dev.sluice.harness.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.plan.PlanReader;
import dev.sluice.harness.plan.StrategyName;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.plan.SweepPlan.CandidateKind;
import dev.sluice.harness.sweep.Round;
import dev.sluice.harness.sweep.Strategy;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Measure;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every strategy that a plan can name owes its sweep. */
class StrategiesTest {
  private static final int BLOCKS = 4;
  private static final int ROWS = 32;

  /** Those whose steps need not lie within one another. */
  private static final Set<StrategyName> SETS =
      EnumSet.of(
          StrategyName.ANGULAR_WINDOW,
          StrategyName.COSINE_WINDOW,
          StrategyName.BEAM,
          StrategyName.EVOPRESS,
          StrategyName.GATES,
          StrategyName.EXHAUSTIVE,
          StrategyName.EVERY);

  private static Strategies.Magnitude magnitude(Sublayer s) {
    return new Strategies.Magnitude(100 - 7 * s.index() % 5, 10 - s.index());
  }

  private static Strategy strategy(StrategyName name, CandidateKind kind, long seed) {
    Map<String, String> values = new HashMap<>();
    values.put("model", "m");
    values.put("calibration", "c");
    values.put("strategy", name.id());
    values.put("until", "1");
    values.put("seed", Long.toString(seed));
    values.put("ratios", "0.25,0.5,0.75,1");
    values.put("samples", "3");
    values.put("generations", "4");
    values.put("offspring", "6");
    if (name == StrategyName.TALE) {
      values.put("task", "arc_easy");
    } else if (name != StrategyName.BLOCKPRUNER && name != StrategyName.SLEB) {
      values.put("measure", "kl");
    }
    SweepPlan.Search search = PlanReader.from(values).search();
    return Strategies.of(
        new SweepPlan.Search(
            search.strategy(),
            Measure.KL,
            search.measures(),
            kind,
            search.exclude(),
            search.ties(),
            search.until(),
            search.racing(),
            search.seed(),
            search.effort(),
            search.treatment(),
            search.task()),
        new Strategies.Ground(
            BLOCKS, StrategyContract.experts(BLOCKS), ROWS, StrategiesTest::magnitude));
  }

  private static Play play(StrategyName name, CandidateKind kind, long seed, long shuffling) {
    return Play.of(
        strategy(name, kind, seed), Play.noise(9), Play.madeUpProfile(BLOCKS), shuffling);
  }

  private static Set<CandidateKind> kinds(StrategyName name) {
    return switch (name) {
      case ANGULAR_WINDOW, COSINE_WINDOW, SLEB, TALE -> EnumSet.of(CandidateKind.BLOCK);
      case BLOCKPRUNER -> EnumSet.of(CandidateKind.ALL);
      case INFLUENCE, UPDATE_NORM, MAGNITUDE_L1, MAGNITUDE_L2, TAYLOR ->
          EnumSet.complementOf(EnumSet.of(CandidateKind.EXPERT));
      default -> EnumSet.allOf(CandidateKind.class);
    };
  }

  private static int candidates(CandidateKind kind) {
    return switch (kind) {
      case ALL, EXPERT -> 2 * BLOCKS;
      case ATTENTION, FFN, BLOCK -> BLOCKS;
    };
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "TALE")
  void stepsGrowUntilAllIsCutAndAreNestedWhereTheyClaimToBe(StrategyName name) {
    for (CandidateKind kind : kinds(name)) {
      List<Variant> cuts = play(name, kind, 3, 0).cuts;
      int each = kind == CandidateKind.BLOCK ? 2 : 1;
      assertThat(cuts.getLast().cuts())
          .as("%s of %s: the last step cuts all candidates", name, kind)
          .hasSize(each * candidates(kind));
      for (int i = 1; i < cuts.size(); i++) {
        assertThat(cuts.get(i).cuts()).hasSizeGreaterThan(cuts.get(i - 1).cuts().size());
        if (!SETS.contains(name)) {
          assertThat(cuts.get(i).cuts())
              .as("%s of %s, step %d", name, kind, i)
              .containsAll(cuts.get(i - 1).cuts())
              .hasSize((i + 1) * each);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsToldInAnotherOrderChangesNothing(StrategyName name) {
    CandidateKind kind = kinds(name).iterator().next();
    Play one = play(name, kind, 5, 1);
    Play other = play(name, kind, 5, 2);
    assertThat(other.rounds).isEqualTo(one.rounds);
    assertThat(other.attributions).isEqualTo(one.attributions);
  }

  @ParameterizedTest
  @EnumSource(names = {"RANDOM", "SHAPLEY", "EVOPRESS", "GATES"})
  void seedsOfThoseThatDrawDiffer(StrategyName name) {
    long distinct =
        IntStream.range(0, 5)
            .mapToObj(seed -> play(name, CandidateKind.ALL, seed, 0).rounds)
            .distinct()
            .count();
    assertThat(distinct).isEqualTo(5);
  }

  @ParameterizedTest
  @EnumSource
  void surveysStayWithinTheCalibrationSet(StrategyName name) {
    for (Round round : play(name, kinds(name).iterator().next(), 3, 0).rounds) {
      if (round instanceof Round.Survey survey) {
        assertThat(survey.rows()).isBetween(1, ROWS);
        assertThat(survey.candidates()).doesNotHaveDuplicates();
      }
    }
  }
}
