package dev.sluice.harness.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.plan.SweepPlan.CandidateKind;
import dev.sluice.harness.plan.SweepPlan.Until;
import dev.sluice.harness.report.SampleStates;
import dev.sluice.harness.sweep.SweepState;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class SweepForecastTest {
  private static final OptionalDouble NONE = OptionalDouble.empty();

  private static SweepPlan until(SweepState state, Until until) {
    SweepPlan p = state.plan();
    SweepPlan.Search s = p.search();
    return new SweepPlan(
        p.name(),
        p.model(),
        p.calibration(),
        new SweepPlan.Search(
            s.strategy(),
            s.objective(),
            s.measures(),
            s.candidates(),
            s.exclude(),
            s.ties(),
            until,
            s.racing(),
            s.seed(),
            s.effort(),
            s.treatment(),
            s.task()),
        p.execution());
  }

  private static SweepForecast forecast(SweepState state, Until until) {
    SweepForecast forecast = new SweepForecast(until(state, until));
    forecast.started(state.provenance().config());
    return forecast;
  }

  @Test
  void timeLeftIsCandidatesLeftTimesTheirRecentCost() {
    SweepState state = SampleStates.ofBlocks(12).steps(3).build();
    SweepForecast forecast = forecast(state, new Until(OptionalDouble.of(0.25), NONE, NONE));
    forecast.taskStarted(SampleRun.task(1, state.trialsOf(1)));
    assertThat(forecast.secondsLeft()).as("nothing is scored yet").isEmpty();

    state.trialsOf(1).subList(0, 4).forEach(forecast::scored);
    assertThat(forecast.secondsLeft().orElseThrow())
        .as("20 of the first step, then 23 + 22 + 21 + 20 + 19, each 0.25 s")
        .isEqualTo(0.25 * (20 + 23 + 22 + 21 + 20 + 19), within(1e-9));

    state.trialsOf(1).subList(4, 24).forEach(forecast::scored);
    forecast.committed(state.steps().getFirst());
    assertThat(forecast.secondsLeft().orElseThrow())
        .isEqualTo(0.25 * (23 + 22 + 21 + 20 + 19), within(1e-9));
  }

  @Test
  void sliceInFlightCountsAsFarAsItsRowsAreDone() {
    SweepState state = SampleStates.ofBlocks(12).steps(1).build();
    SweepForecast forecast = forecast(state, new Until(OptionalDouble.of(0.05), NONE, NONE));
    forecast.taskStarted(SampleRun.task(1, state.trialsOf(1)));
    state.trialsOf(1).subList(0, 4).forEach(forecast::scored);
    forecast.progress(SampleRun.progress(1, 5, state.trialsOf(1).subList(4, 8)));

    assertThat(forecast.share()).isEqualTo(6 / 24.0, within(1e-12));
    assertThat(forecast.secondsLeft().orElseThrow()).isEqualTo(0.25 * 18, within(1e-9));
  }

  @Test
  void stepsFollowTheBoundThatIsMetFirst() {
    SweepState state = SampleStates.ofBlocks(12).step("7.ffn", 0.1).build();
    Until both = new Until(OptionalDouble.of(0.5), OptionalDouble.of(0.2), NONE);
    SweepForecast forecast = forecast(state, both);

    assertThat(forecast.steps()).isEqualTo(OptionalInt.of(12));
    forecast.committed(state.steps().getFirst());
    assertThat(forecast.steps())
        .as("one FFN is 5.5 %% of the parameters")
        .isEqualTo(OptionalInt.of(4));
  }

  @Test
  void stepsAreUnknownUntilAParameterBoundHasAStepToGoBy() {
    SweepState state = SampleStates.ofBlocks(12).step("7.ffn", 0.1).build();
    SweepForecast forecast = forecast(state, new Until(NONE, OptionalDouble.of(0.2), NONE));

    assertThat(forecast.steps()).isEmpty();
    forecast.committed(state.steps().getFirst());
    assertThat(forecast.steps()).isEqualTo(OptionalInt.of(4));
  }

  @Test
  void divergenceBoundGivesAnUpperLimit() {
    SweepState state = SampleStates.ofBlocks(12).build();
    SweepForecast forecast = forecast(state, new Until(NONE, NONE, OptionalDouble.of(1)));

    assertThat(forecast.bounded()).isTrue();
    assertThat(forecast.steps()).isEqualTo(OptionalInt.of(24));
  }

  @Test
  void blocksAreTwoSublayersAStep() {
    SweepState state = SampleStates.ofBlocks(12).cutting(CandidateKind.BLOCK).build();

    assertThat(forecast(state, new Until(OptionalDouble.of(0.25), NONE, NONE)).steps())
        .isEqualTo(OptionalInt.of(3));
    assertThat(forecast(state, new Until(NONE, NONE, NONE)).steps()).isEqualTo(OptionalInt.of(12));
  }
}
