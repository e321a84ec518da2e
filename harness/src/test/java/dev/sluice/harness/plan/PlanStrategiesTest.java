package dev.sluice.harness.plan;

import static dev.sluice.harness.plan.PlanValuesOf.problemsOf;
import static dev.sluice.harness.plan.PlanValuesOf.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.harness.plan.SweepPlan.CandidateKind;
import dev.sluice.scorers.Measure;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a plan makes of keys that only some strategies and treatments read. */
class PlanStrategiesTest {
  @Test
  void strategiesThatBearAPapersNameGoByItsMeasure() {
    SweepPlan plan = PlanReader.from(with("strategy", "sleb"));
    assertThat(plan.search().objective()).isEqualTo(Measure.NLL);
    assertThat(plan.search().candidates()).isEqualTo(CandidateKind.BLOCK);
    assertThat(problemsOf(with("strategy", "sleb", "measure", "kl")))
        .contains("measure kl: strategy sleb goes by nll. Leave it out, or use strategy finercut");
  }

  @Test
  void onlyInterpolationTakesAnotherModel() {
    assertThat(problemsOf(with("other", "models/tuned")))
        .contains("other: only treatment interpolate reads it");
    assertThat(problemsOf(with("treatment", "interpolate"))).contains("other is missing");
  }

  @Test
  void ratiosSayHowFarWhereUntilDoesNot() {
    SweepPlan plan = PlanReader.from(with("strategy", "evopress", "ratios", "0.5,0.1"));
    assertThat(plan.search().until().sublayers()).hasValue(0.5);
    assertThat(plan.search().effort().ratios()).containsExactly(0.1, 0.5);
    assertThat(problemsOf(with("strategy", "gates", "ratios", "0.5,1.5")))
        .contains("ratios '0.5,1.5': must be a number above 0 and up to 1");
  }

  @Test
  void whatAStrategyDoesNotReadIsNotPartOfItsPlan() {
    assertThat(PlanReader.from(with("samples", "99", "width", "7")))
        .isEqualTo(PlanReader.from(with()));
    assertThat(
            PlanReader.from(with("strategy", "shapley", "samples", "99"))
                .search()
                .effort()
                .samples())
        .isEqualTo(99);
  }

  @Test
  void balanceNeedsBothKinds() {
    assertThat(
            problemsOf(with("strategy", "evopress", "balanced", "on", "candidates", "attention")))
        .contains("balanced on: needs candidates all");
  }

  /** Accuracy and a treatment exclude one another, so no plan has all keys. */
  @Test
  void theKeysOfATaskAreRead() {
    SweepPlan plan =
        PlanReader.from(
            with(
                "measures", "kl,accuracy",
                "task", "hellaswag",
                "task-data", "/data/hellaswag",
                "task-rows", "300"));
    assertThat(plan.search().task())
        .hasValue(new SweepPlan.Task("hellaswag", Optional.of("/data/hellaswag"), 300));
    assertThat(problemsOf(with("measure", "accuracy", "task", "t", "treatment", "duplicate")))
        .contains("treatment duplicate: accuracy is measured on variants that lack what they cut");
  }
}
