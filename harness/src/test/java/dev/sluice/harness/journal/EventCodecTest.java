package dev.sluice.harness.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.ModelConfig.Positions;
import dev.sluice.harness.model.ModelConfig.RopeScaling;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.plan.StrategyName;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.plan.SweepPlan.Calibration;
import dev.sluice.harness.plan.SweepPlan.CandidateKind;
import dev.sluice.harness.plan.SweepPlan.Effort;
import dev.sluice.harness.plan.SweepPlan.Execution;
import dev.sluice.harness.plan.SweepPlan.Search;
import dev.sluice.harness.plan.SweepPlan.TieOrder;
import dev.sluice.harness.plan.SweepPlan.Treatment;
import dev.sluice.harness.plan.SweepPlan.Until;
import dev.sluice.harness.sweep.Cost;
import dev.sluice.harness.sweep.Provenance;
import dev.sluice.harness.sweep.SampleSweeps;
import dev.sluice.harness.sweep.Step;
import dev.sluice.harness.sweep.SweepEvent;
import dev.sluice.harness.sweep.SweepEvent.StepCommitted;
import dev.sluice.harness.sweep.SweepEvent.SweepFinished;
import dev.sluice.harness.sweep.SweepEvent.SweepStarted;
import dev.sluice.harness.sweep.SweepEvent.TrialsScored;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Reduction;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.Score;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventCodecTest {
  private static final List<Integer> PLACES = List.of(0, Integer.MAX_VALUE);
  private static final String AWKWARD = "a \"b\" \\ \u0000 \n \u2028 \uD83D\uDE00 \uD800 'x' ; é";
  private static final double[] DOUBLES = {
    0.0,
    -0.0,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.MIN_VALUE,
    -Double.MIN_VALUE,
    Double.MIN_NORMAL,
    Double.MAX_VALUE,
    0.1,
    1.0 / 3,
    2e-3,
    9007199254740992.0,
    2.225073858507201E-308,
    1e23,
    4.9E-324,
    123456789012345680.0
  };

  @ParameterizedTest
  @MethodSource("dev.sluice.harness.sweep.SampleSweeps#finished")
  void sampleEventsRoundTrip(SweepEvent event) {
    assertThat(roundTrip(event)).isEqualTo(event);
  }

  static Stream<Positions> everyKindOfPositions() {
    return Stream.concat(
        Stream.of(new Positions.Learned(2)),
        Stream.of(
                new RopeScaling.None(),
                new RopeScaling.Linear(4),
                new RopeScaling.Dynamic(Double.MIN_VALUE, Integer.MAX_VALUE),
                new RopeScaling.Llama3(8, 1, 4, 8192),
                new RopeScaling.LongRope(List.of(1.0, 1.1), List.of(4.0, 1 / 3.0), 4096, 1.19))
            .map(scaling -> new Positions.Rotary(5e5, scaling, 4)));
  }

  @ParameterizedTest
  @MethodSource("everyKindOfPositions")
  void startedRoundTripsWithEveryKindOfPositions(Positions positions) {
    SweepEvent event = new SweepStarted(fullPlan(), awkwardProvenance(positions));
    assertThat(roundTrip(event)).isEqualTo(event);
  }

  @Test
  void startedRoundTripsWithAllThatIsOptionalEmpty() {
    SweepPlan plan =
        new SweepPlan(
            "",
            AWKWARD,
            SampleSweeps.plan().calibration().of(""),
            new Search(
                StrategyName.REVERSE,
                Measure.TOP1,
                List.of(),
                CandidateKind.BLOCK,
                OptionalDouble.empty(),
                TieOrder.NATURAL,
                new Until(OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty()),
                OptionalDouble.empty(),
                Long.MAX_VALUE,
                Effort.USUAL,
                Treatment.REMOVE,
                Optional.empty()),
            new Execution(
                "gpu:1",
                Optional.empty(),
                Optional.empty(),
                1,
                1,
                OptionalInt.empty(),
                OptionalInt.empty(),
                false));
    SweepEvent event = new SweepStarted(plan, awkwardProvenance(new Positions.Learned(0)));
    assertThat(roundTrip(event)).isEqualTo(event);
  }

  @Test
  void awkwardNumbersKeepEveryBit() {
    for (double value : DOUBLES) {
      Score score =
          new Score(
              Measure.NORM,
              value,
              -value,
              value,
              Long.MAX_VALUE,
              percentiles(value),
              List.of(value, -value, value));
      SweepEvent event = scored(score, value);
      assertThat(roundTrip(event)).as("%s", value).isEqualTo(event);
    }
  }

  @Test
  void randomBitPatternsKeepEveryBit() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<Double> rows = random.longs(20_000).mapToObj(Double::longBitsToDouble).toList();
    SweepEvent event = scored(new Score(Measure.KL, 0, 0, 0, 0, Map.of(), rows), 1);
    assertThat(roundTrip(event)).as("seed %d", seed).isEqualTo(event);
  }

  @Test
  void percentilesKeepTheirOrder() {
    SweepEvent event = scored(new Score(Measure.KL, 1, 1, 1, 1, percentiles(1), List.of()), 1);
    TrialsScored read = (TrialsScored) roundTrip(event);
    assertThat(read.trials().getFirst().scores().getFirst().percentiles().keySet())
        .containsExactly("p1", "p99.9", "p50");
  }

  @ParameterizedTest
  @EnumSource
  void everyReasonRoundTrips(SweepFinished.Reason reason) {
    assertThat(roundTrip(new SweepFinished(reason))).isEqualTo(new SweepFinished(reason));
  }

  @Test
  void candidatesAndVariantsOfEveryKindRoundTrip() {
    for (Candidate candidate :
        List.of(
            Candidate.ofBlock(11), Candidate.of(Sublayer.at(0)), Candidate.of(Sublayer.at(7)))) {
      SweepEvent event =
          new StepCommitted(
              new Step(
                  3,
                  candidate,
                  Variant.intact().and(candidate.sublayers()),
                  Double.NaN,
                  new Reduction(0.25, 0, 1e-9, 1, Double.NaN)));
      assertThat(roundTrip(event)).isEqualTo(event);
    }
  }

  /** The stored form is a promise to files that exist: changing it is a new schema version. */
  @Test
  void storedFormIsFixed() {
    assertThat(EventCodec.payload(new SweepFinished(SweepFinished.Reason.RATIO_REACHED)))
        .isEqualTo("{\"reason\":\"RATIO_REACHED\"}");
    assertThat(
            EventCodec.payload(
                scored(
                    new Score(Measure.AG, 0.5, Double.NaN, 2, 7, Map.of("p50", 1e-9), List.of(1.0)),
                    0.25)))
        .isEqualTo(
            "{\"trials\":[{\"step\":1,\"candidate\":\"1.ffn\",\"variant\":\"0.attention,1.ffn\","
                + "\"outcome\":\"DROPPED\",\"scores\":[{\"measure\":\"AG\",\"mean\":0.5,"
                + "\"standardError\":\"NaN\",\"rowStandardError\":2.0,\"count\":7,"
                + "\"percentiles\":{\"p50\":1.0E-9},\"rows\":[1.0]}],\"seconds\":0.25}],"
                + "\"cost\":{\"seconds\":0.25,\"sublayerPasses\":1,\"naiveSublayerPasses\":2,"
                + "\"tokens\":3,\"peakResidentBytes\":4}}");
    assertThat(
            EventCodec.payload(
                new StepCommitted(
                    new Step(
                        1,
                        Candidate.ofBlock(0),
                        Variant.intact(),
                        0,
                        new Reduction(1, 2, 3, 4, 5)))))
        .isEqualTo(
            "{\"step\":{\"number\":1,\"committed\":\"0.block\",\"variant\":\"intact\",\"score\":0.0,"
                + "\"reduction\":{\"sublayers\":1.0,\"blocks\":2.0,\"parameters\":3.0,\"flops\":4.0,"
                + "\"kvCache\":5.0}}}");
  }

  @Test
  void placeOfTheJournalIsNotStored() {
    SweepStarted start = SampleSweeps.started();
    SweepPlan kept = start.plan().keptIn(Optional.of("/var/sweeps"));
    assertThat(roundTrip(new SweepStarted(kept, start.provenance()))).isEqualTo(start);
  }

  @Test
  void storedFormOfTheStartIsFixed() {
    assertThat(EventCodec.payload(SampleSweeps.started()))
        .contains("\"field\":null", "\"exclude\":null", "\"sublayers\":0.5", "\"threads\":2")
        .contains(
            "\"windows\":[null,null,null,null]", "\"scaling\":{\"kind\":\"none\"},\"width\":8}")
        .contains("\"positions\":{\"kind\":\"rotary\",\"base\":10000.0")
        .contains("\"objective\":\"AG\",\"measures\":[\"AG\",\"KL\",\"TOP1\",\"NLL\"]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "3",
        "{",
        "{}",
        "{\"reason\":null}",
        "{\"reason\":0}",
        "{\"reason\":\"TIRED\"}",
        "{\"reason\":\"EXHAUSTED\",\"more\":1}",
        "{\"reason\":\"EXHAUSTED\",\"reason\":\"EXHAUSTED\"}",
        "{\"reason\":\"EXHAUSTED\"} {}"
      })
  void refusesWhatIsNotAFinish(String payload) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EventCodec.decode("sweep-finished", payload))
        .satisfies(e -> assertThat(e.getMessage()).isNotBlank().doesNotContain("\n"));
  }

  @Test
  void refusesAnyFieldChangedAddedOrTakenAway() {
    String good = EventCodec.payload(SampleSweeps.started());
    for (String[] change :
        new String[][] {
          {"\"name\":\"sample\",", ""},
          {"\"name\":\"sample\"", "\"name\":null"},
          {"\"name\":\"sample\"", "\"name\":\"sample\",\"nick\":\"s\""},
          {"\"field\":null,", ""},
          {"\"sequences\":10", "\"sequences\":10.5"},
          {"\"sequences\":10", "\"sequences\":\"10\""},
          {"\"sequences\":10", "\"sequences\":null"},
          {"\"sublayers\":0.5", "\"sublayers\":\"0.5\""},
          {"\"windows\":[null", "\"windows\":[\"x\""},
          {"\"kind\":\"none\"", "\"kind\":\"yarn\""},
          {"\"kind\":\"none\"", "\"kind\":\"linear\""},
          {"\"boundaryCache\":true", "\"boundaryCache\":1"},
        }) {
      assertThat(good).contains(change[0]);
      assertThatIllegalArgumentException()
          .as("%s", Arrays.toString(change))
          .isThrownBy(() -> EventCodec.decode("sweep-started", good.replace(change[0], change[1])));
    }
  }

  @Test
  void refusesAnUnknownKind() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EventCodec.decode("sweep-paused", "{}"))
        .withMessageContaining("sweep-paused");
  }

  private static SweepEvent roundTrip(SweepEvent event) {
    return EventCodec.decode(EventCodec.kind(event), EventCodec.payload(event));
  }

  private static Map<String, Double> percentiles(double value) {
    Map<String, Double> percentiles = new LinkedHashMap<>();
    percentiles.put("p1", value);
    percentiles.put("p99.9", -value);
    percentiles.put("p50", value);
    return percentiles;
  }

  private static TrialsScored scored(Score score, double seconds) {
    return new TrialsScored(
        List.of(
            new Trial(
                1,
                Candidate.of(Sublayer.parse("1.ffn")),
                Variant.parse("1.ffn,0.attention"),
                Trial.Outcome.DROPPED,
                List.of(score),
                seconds)),
        new Cost(seconds, 1, 2, 3, 4));
  }

  private static SweepPlan fullPlan() {
    return new SweepPlan(
        AWKWARD,
        "org/model",
        new Calibration(
            AWKWARD,
            Optional.of(AWKWARD),
            Calibration.Preset.WINDOWS,
            Integer.MAX_VALUE,
            Integer.MIN_VALUE,
            Long.MIN_VALUE,
            Calibration.Select.LOSS_LOW,
            0),
        new Search(
            StrategyName.RANDOM,
            Measure.KL,
            new ArrayList<>(Arrays.asList(Measure.values())),
            CandidateKind.ATTENTION,
            OptionalDouble.of(0.4),
            TieOrder.RELEASED,
            new Until(
                OptionalDouble.of(-0.0), OptionalDouble.of(1e-300), OptionalDouble.of(1 / 3.0)),
            OptionalDouble.of(0.95),
            -1,
            new Effort(1, 2, 3, 4, OptionalInt.of(5), true, List.of(0.1, 1 / 3.0)),
            new Treatment(Treatment.Kind.INTERPOLATE, Optional.of(AWKWARD), 1 / 3.0),
            Optional.of(new SweepPlan.Task(AWKWARD, Optional.of(AWKWARD), 7))),
        new Execution(
            "cpu",
            Optional.of("bfloat16"),
            Optional.of(Long.MAX_VALUE),
            2,
            3,
            OptionalInt.of(0),
            OptionalInt.of(Integer.MIN_VALUE),
            true));
  }

  private static Provenance awkwardProvenance(Positions positions) {
    ModelConfig config =
        new ModelConfig(
            AWKWARD,
            3,
            1,
            6,
            7,
            new ModelConfig.Norm(ModelConfig.NormKind.LAYER, ModelConfig.NormPlace.AROUND, 1e-6),
            new ModelConfig.Attention(
                2,
                1,
                4,
                true,
                false,
                ModelConfig.QueryKeyNorm.WHOLE,
                1 / 3.0,
                OptionalDouble.of(1e-300),
                List.of(OptionalInt.empty(), OptionalInt.of(4096), OptionalInt.empty())),
            new ModelConfig.FeedForward(
                5,
                ModelConfig.Activation.GELU_TANH,
                true,
                true,
                Optional.of(new ModelConfig.Experts(8, 2, 9, true, List.of(0, 2)))),
            positions,
            true,
            new ModelConfig.Ends(true, Math.sqrt(2), OptionalDouble.of(30)),
            Dtype.BFLOAT16);
    return new Provenance(
        "w",
        "t",
        "c",
        0,
        PLACES,
        Long.MAX_VALUE,
        "bfloat16",
        AWKWARD,
        AWKWARD,
        "0.1",
        "25",
        config);
  }
}
