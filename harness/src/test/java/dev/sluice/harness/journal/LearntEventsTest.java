package dev.sluice.harness.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.sweep.Attribution;
import dev.sluice.harness.sweep.Cost;
import dev.sluice.harness.sweep.Step;
import dev.sluice.harness.sweep.SweepEvent;
import dev.sluice.harness.sweep.SweepEvent.Attributed;
import dev.sluice.harness.sweep.SweepEvent.GradientsTaken;
import dev.sluice.harness.sweep.SweepEvent.Profiled;
import dev.sluice.harness.sweep.SweepEvent.StepCommitted;
import dev.sluice.harness.sweep.SweepEvent.VariantsSurveyed;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Reduction;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.DepthProfile;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.Score;
import dev.sluice.scorers.TaylorScores;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Events of what a strategy learns, there and back without loss. */
class LearntEventsTest {
  private static final Cost COST = new Cost(1 / 3.0, 1, 2, Long.MAX_VALUE, 0);

  static Stream<SweepEvent> events() {
    Candidate set = Candidate.parse("0.attention+3.block+11.ffn");
    Score score =
        new Score(
            Measure.KL_TRUNCATED, -0.0, Double.NaN, 1e-300, 7, Map.of("p50", 0.1), List.of(0.1));
    List<List<Double>> matrix = List.of(List.of(1.0, Double.NaN), List.of(Double.NaN, 1.0));
    return Stream.of(
        new VariantsSurveyed(
            3,
            List.of(
                new Trial(2, set, set.variant(), Trial.Outcome.SCORED, List.of(score), 0.25),
                new Trial(
                    2,
                    Candidate.ofAll(List.of()),
                    Variant.intact(),
                    Trial.Outcome.SCORED,
                    List.of(score),
                    0)),
            COST),
        new Profiled(new DepthProfile(2, 9, matrix, matrix, matrix, List.of(1 / 3.0)), COST),
        new GradientsTaken(new TaylorScores(8, 2.5, List.of(Double.POSITIVE_INFINITY, 0.1)), COST),
        new Attributed(
            4,
            List.of(
                new Attribution(set, -1 / 3.0, Double.NaN),
                new Attribution(Candidate.parse("1.ffn"), Double.NaN, 0.5))));
  }

  @ParameterizedTest
  @MethodSource("events")
  void roundTrip(SweepEvent event) {
    String payload = EventCodec.payload(event);
    assertThat(EventCodec.decode(EventCodec.kind(event), payload)).isEqualTo(event);
    assertThat(payload).isASCII();
  }

  @Test
  void aFieldTooManyOrTooFewIsRefused() {
    Attributed event = new Attributed(1, List.of());
    String payload = EventCodec.payload(event);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EventCodec.decode("attributed", payload.replace("surveys", "survey")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EventCodec.decode("attributed", "{\"surveys\":1}"));
  }

  @Test
  void setsHaveOneNameWhateverTheirOrder() {
    Candidate set = Candidate.parse("11.ffn+3.ffn+0.attention+3.attention");
    assertThat(set.name()).isEqualTo("0.attention+3.block+11.ffn");
    assertThat(Candidate.parse(set.name())).isEqualTo(set);
    assertThat(Candidate.ofAll(List.of()).name()).isEqualTo("nothing");
    assertThat(Candidate.parse("3.block")).isEqualTo(Candidate.ofBlock(3));
  }

  @Test
  void aCandidateWhoseNameDoesNotSayWhatItCutsIsNotWritten() {
    Candidate odd = new Candidate("3.ffn", List.of(Sublayer.at(0)));
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            EventCodec.payload(
                new StepCommitted(
                    new Step(1, odd, Variant.intact(), 0, new Reduction(0, 0, 0, 0, 0)))))
        .withMessageContaining("3.ffn");
  }
}
