package dev.sluice.harness.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.harness.plan.SweepPlan.CandidateKind;
import dev.sluice.harness.sweep.Step;
import dev.sluice.harness.sweep.SweepState;
import dev.sluice.scorers.Measure;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class JsonReportTest {

  private static JsonNode report(SweepState state) throws Exception {
    return new ObjectMapper().readTree(JsonReport.of(state));
  }

  private static List<String> texts(JsonNode array, String key) {
    return StreamSupport.stream(array.spliterator(), false).map(n -> n.path(key).asText()).toList();
  }

  @Test
  void orderListsEveryCutWithItsRankScoreAndShares() throws Exception {
    SweepState state = SampleStates.ofBlocks(12).steps(6).build();
    JsonNode order = report(state).path("order");

    assertThat(texts(order, "sublayer"))
        .isEqualTo(state.steps().stream().map(s -> s.committed().name()).toList());
    for (int i = 0; i < 6; i++) {
      Step step = state.steps().get(i);
      assertThat(order.path(i).path("rank").asInt()).isEqualTo(i + 1);
      assertThat(order.path(i).path("score").asDouble()).isEqualTo(step.score());
      JsonNode reduction = order.path(i).path("reduction");
      assertThat(reduction.path("sublayers").asDouble()).isEqualTo((i + 1) / 24.0);
      assertThat(reduction.path("kvCache").asDouble()).isEqualTo(step.reduction().kvCache());
      JsonNode measured = order.path(i).path("measures").path("ag");
      assertThat(measured.path("mean").asDouble()).isEqualTo(step.score());
      assertThat(measured.path("count").asLong()).isEqualTo(2560);
      assertThat(measured.path("unit").asText()).isEqualTo("nats/token");
      assertThat(measured.path("percentiles").path("p99.9").asDouble()).isEqualTo(9 * step.score());
    }
  }

  @Test
  void sublayersOfABlockAreTwoEntriesOfOneRank() throws Exception {
    JsonNode order =
        report(SampleStates.ofBlocks(8).cutting(CandidateKind.BLOCK).step("3.block", 0.1).build())
            .path("order");

    assertThat(texts(order, "sublayer")).containsExactly("3.attention", "3.ffn");
    assertThat(texts(order, "rank")).containsExactly("1", "1");
    assertThat(texts(order, "candidate")).containsOnly("3.block");
    assertThat(order.path(0).path("sublayers")).hasSize(2);
  }

  @Test
  void planHoldsThePlanFilesKeysAndNoneThatWasNotAsked() throws Exception {
    JsonNode plan = report(SampleStates.ofBlocks(12).named("n", "m").steps(1).build()).path("plan");

    assertThat(plan.path("model").asText()).isEqualTo("m");
    assertThat(plan.path("calibration-preset").asText()).isEqualTo("finercut");
    assertThat(plan.path("measures")).hasSize(2);
    assertThat(plan.path("exclude").asDouble()).isEqualTo(0.4);
    assertThat(plan.path("until").asDouble()).isEqualTo(0.5);
    assertThat(plan.path("batch-tokens").asInt()).isEqualTo(2560);
    assertThat(plan.path("threads").asInt()).isEqualTo(2);
    assertThat(plan.has("until-parameters")).isFalse();
    assertThat(plan.has("racing")).isFalse();
  }

  @Test
  void numbersThatJsonCannotHoldAreStrings() throws Exception {
    SweepState state = SampleStates.ofBlocks(12).withNan().steps(2).build();
    JsonNode report = report(state);

    assertThat(report.path("candidates").path(0).path("score").asText()).isEqualTo("NaN");
    assertThat(report.path("candidates").path(0).path("committed").asBoolean()).isFalse();
    assertThat(JsonFragments.number(Double.NEGATIVE_INFINITY).asText()).isEqualTo("-Infinity");
  }

  @Test
  void candidatesTellWhatWasDroppedAndWhatWasCommitted() throws Exception {
    SweepState state = SampleStates.ofBlocks(12).dropping().steps(3).build();
    JsonNode candidates = report(state).path("candidates");

    assertThat(candidates).hasSize(24 + 23 + 22);
    assertThat(texts(candidates, "outcome")).contains("dropped", "scored");
    assertThat(texts(candidates, "committed").stream().filter("true"::equals)).hasSize(3);
  }

  @Test
  void landscapeIsTakenOfAllCandidatesAndSaysWhatItIsNot() throws Exception {
    JsonNode report =
        report(
            SampleStates.ofBlocks(12)
                .measuring(Measure.KL, Measure.KL, Measure.NLL)
                .steps(2)
                .build());
    JsonNode landscape = report.path("landscape");
    assertThat(landscape.path("label").asText()).contains("not the theorem");
    assertThat(texts(landscape.path("levels"), "cuts")).containsExactly("1", "2");
    assertThat(texts(landscape.path("levels"), "variants")).containsExactly("24", "23");
    JsonNode curve = landscape.at("/levels/0/ball");
    assertThat(curve.get(0).path("radius").asDouble())
        .as("the nearest candidate is the one that was cut")
        .isEqualTo(report.at("/order/0/score").asDouble());
    assertThat(curve.get(curve.size() - 1).path("weight").asDouble()).isZero();
    assertThat(landscape.at("/levels/0/mixture/regret").asDouble()).isNotNegative();
  }

  @Test
  void runningSweepHasNoReasonAndAnEmptyOneHasNoOrder() throws Exception {
    JsonNode running = report(SampleStates.ofBlocks(4).running().steps(1).openTrials(2).build());
    assertThat(running.path("finished").isNull()).isTrue();
    assertThat(running.path("candidates")).hasSize(10);

    JsonNode empty = report(SampleStates.ofBlocks(4).running().build());
    assertThat(empty.path("order").isArray()).isTrue();
    assertThat(empty.path("order")).isEmpty();
    assertThat(empty.path("cost").path("passesSaved").asDouble()).isZero();
  }

  @Test
  void restOfTheReportIsWhatTheDocumentationSays() throws Exception {
    JsonNode report =
        report(SampleStates.ofBlocks(12).measuring(Measure.TOP1, Measure.TOP1).steps(1).build());

    assertThat(report.path("finished").asText()).isEqualTo("ratio_reached");
    assertThat(report.path("unit").asText()).isEqualTo("share");
    assertThat(report.path("direction").asText()).isEqualTo("higher_is_better");
    assertThat(report.path("digests").path("weights").asText()).hasSize(64);
    assertThat(report.path("versions").path("engine").asText()).isEqualTo("djl-pytorch 2.7.1");
    assertThat(report.path("architecture").path("sublayers").asInt()).isEqualTo(24);
    assertThat(report.path("cost").path("passesSaved").asDouble()).isBetween(0.8, 0.9);
  }
}
