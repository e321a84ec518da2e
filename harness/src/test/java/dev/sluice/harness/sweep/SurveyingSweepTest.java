package dev.sluice.harness.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.WeightLayout;
import dev.sluice.harness.plan.PlanReader;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.strategy.Strategies;
import dev.sluice.harness.sweep.SweepEvent.Attributed;
import dev.sluice.harness.sweep.SweepEvent.GradientsTaken;
import dev.sluice.harness.sweep.SweepEvent.Profiled;
import dev.sluice.harness.sweep.SweepEvent.VariantsSurveyed;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Reductions;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.DepthProfile;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.PrerequisiteException;
import dev.sluice.scorers.Score;
import dev.sluice.scorers.TaylorScores;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sweeps whose strategies survey variants or profile the model before they cut. */
class SurveyingSweepTest {
  private static final int SUBLAYERS = 8;

  private final InMemoryJournal journal = new InMemoryJournal();

  /** Each variant that was run, with the rows it was run on. */
  private final List<String> ran = new ArrayList<>();

  private boolean onlyNan;

  private final class FakeSlices implements SliceRunner {
    @Override
    public void begin(ScoringTask task) {}

    @Override
    public Slice run(
        ScoringTask task,
        List<Candidate> slice,
        OptionalDouble toBeat,
        Consumer<Progress> progress) {
      return new Slice(slice.stream().map(c -> trial(task, c)).toList(), new Cost(1, 2, 3, 4, 5));
    }

    private Trial trial(ScoringTask task, Candidate candidate) {
      Variant variant = task.variant(candidate);
      ran.add(variant + " on " + task.rows());
      double mean = onlyNan ? Double.NaN : loss(variant);
      Score score = new Score(Measure.KL, mean, 0, 0, 1, Map.of(), List.of(mean));
      return new Trial(
          task.number(), candidate, variant, Trial.Outcome.SCORED, List.of(score), 0.5);
    }

    @Override
    public GradientsTaken gradients() {
      ran.add("gradients");
      List<Double> scores = new Random(2).doubles(SUBLAYERS).boxed().toList();
      return new GradientsTaken(new TaylorScores(63, 2.5, scores), new Cost(3, 16, 16, 63, 0));
    }

    @Override
    public Profiled profile() {
      ran.add("profile");
      List<List<Double>> matrix =
          Collections.nCopies(SUBLAYERS + 1, Collections.nCopies(SUBLAYERS + 1, 0.5));
      List<Double> update = new Random(1).doubles(SUBLAYERS).boxed().toList();
      return new Profiled(
          new DepthProfile(1, 64, matrix, matrix, matrix, update), new Cost(7, 8, 8, 64, 0));
    }
  }

  private static double loss(Variant variant) {
    return new Random(31L + variant.toString().hashCode()).nextDouble();
  }

  private static SweepPlan plan(String strategy, String... more) {
    Map<String, String> values = new HashMap<>();
    values.put("model", "m");
    values.put("calibration", "c");
    values.put("name", "s");
    values.put("measure", "kl");
    values.put("until", "0.75");
    values.put("slice", "3");
    values.put("strategy", strategy);
    values.put("generations", "3");
    values.put("offspring", "4");
    values.put("samples", "2");
    for (int i = 0; i < more.length; i += 2) {
      values.put(more[i], more[i + 1]);
    }
    return PlanReader.from(values);
  }

  private Sweep sweep(SweepPlan plan) {
    Provenance provenance = SampleSweeps.provenance();
    Strategy strategy =
        Strategies.of(
            plan.search(),
            new Strategies.Ground(
                SUBLAYERS / 2,
                Optional.empty(),
                provenance.rows(),
                s -> new Strategies.Magnitude(s.index(), s.index())));
    Reductions reductions =
        new Reductions(SampleSweeps.config(), new WeightLayout(SampleSweeps.config()), 64);
    return new Sweep(
        plan,
        provenance,
        new Sweep.Parts(journal, strategy, new FakeSlices(), reductions, List.of()));
  }

  private SweepState state() {
    return SweepState.of(journal.replay()).orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "one-shot",
        "update-norm",
        "shapley",
        "shapley-windows",
        "beam",
        "evopress",
        "gates",
        "exhaustive",
        "angular-window",
        "every",
        "taylor",
        "magnitude-l1"
      })
  void stoppedAnywhereItEndsTheSameAndRunsNothingTwice(String strategy) {
    sweep(plan(strategy)).run(() -> false);
    List<SweepEvent> whole = journal.replay();
    assertThat(ran).as("no variant is run twice on the same rows").doesNotHaveDuplicates();
    for (int cut = 1; cut < whole.size(); cut += 1 + whole.size() / 40) {
      SurveyingSweepTest after = new SurveyingSweepTest();
      whole.subList(0, cut).forEach(after.journal::append);
      assertThat(after.sweep(plan(strategy)).run(() -> false)).isEqualTo(Sweep.End.FINISHED);
      assertThat(after.journal.replay()).as("cut after event %d", cut).isEqualTo(whole);
    }
  }

  @Test
  void aStepUsesWhatASurveyMeasured() {
    sweep(plan("exhaustive", "until", "0.25")).run(() -> false);
    assertThat(ran).as("8 of one, 28 of two").hasSize(36);
    SweepState state = state();
    assertThat(state.learnt().surveyed()).hasSize(36);
    assertThat(state.trials()).as("the winners, as trials of their steps").hasSize(2);
    assertThat(state.steps()).hasSize(2);
    assertThat(state.steps().getLast().score()).isEqualTo(loss(state.steps().getLast().variant()));
    assertThat(state.cost().tokens()).as("12 slices or so, none for what was known").isEqualTo(52);
  }

  @Test
  void theProfileIsTakenOnceAndKept() {
    sweep(plan("update-norm", "until", "0.25")).run(() -> false);
    assertThat(ran).filteredOn("profile"::equals).hasSize(1);
    SweepState state = state();
    List<Double> update = state.learnt().profile().orElseThrow().update();
    int least = update.indexOf(Collections.min(update));
    assertThat(state.steps().getFirst().committed()).isEqualTo(Candidate.of(Sublayer.at(least)));
    assertThat(state.learnt().attributions()).hasSize(SUBLAYERS);
    assertThat(state.cost().seconds()).isEqualTo(7 + 2);
  }

  @Test
  void gradientsAreTakenOnceAndDecide() {
    sweep(plan("taylor", "until", "0.25")).run(() -> false);
    assertThat(ran).filteredOn("gradients"::equals).hasSize(1);
    List<Double> scores = new Random(2).doubles(SUBLAYERS).boxed().toList();
    int least = scores.indexOf(Collections.min(scores));
    assertThat(state().steps().getFirst().committed()).isEqualTo(Candidate.of(Sublayer.at(least)));
    assertThat(state().cost().seconds()).isEqualTo(3 + 2);
  }

  @Test
  void whatIsKnownWithoutTextIsToldBeforeTheFirstCut() {
    sweep(plan("magnitude-l1", "until", "0.25")).run(() -> false);
    assertThat(journal.replay().get(1)).isInstanceOf(Attributed.class);
    assertThat(state().learnt().attributions()).hasSize(SUBLAYERS);
  }

  @Test
  void attributionsAreToldAfterEverySurvey() {
    sweep(plan("shapley", "samples", "5")).run(() -> false);
    assertThat(journal.replay())
        .filteredOn(Attributed.class::isInstance)
        .extracting(e -> ((Attributed) e).surveys())
        .containsExactly(1, 2, 3, 4, 5);
  }

  @Test
  void surveysOnFewerRowsAreNotTakenForWholeOnes() {
    SweepPlan plan = plan("evopress", "ratios", "0.5", "seed", "3");
    sweep(plan).run(() -> false);
    int rows = SampleSweeps.provenance().rows();
    assertThat(journal.replay())
        .filteredOn(VariantsSurveyed.class::isInstance)
        .extracting(e -> ((VariantsSurveyed) e).rows())
        .contains(Math.max(1, rows / 16), rows);
    Variant found = state().steps().getLast().variant();
    assertThat(ran).contains(found + " on " + rows);
  }

  @Test
  void aSurveyOfNothingButNanIsSaidWithTheWayOut() {
    onlyNan = true;
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(() -> sweep(plan("one-shot")).run(() -> false))
        .withMessageContaining("survey 1: every candidate's kl is NaN")
        .withMessageContaining("dtype");
  }

  @Test
  void setsAboveTheShareAreNotCut() {
    sweep(plan("evopress", "ratios", "0.25,0.75", "until", "0.5")).run(() -> false);
    assertThat(state().steps()).extracting(s -> s.variant().cuts().size()).containsExactly(2);
  }
}
