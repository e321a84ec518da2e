package dev.sluice.harness.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.Score;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SlicingTest {
  private static final List<Candidate> EIGHT =
      IntStream.range(0, 8).mapToObj(Sublayer::at).map(Candidate::of).toList();

  /** The later in the model, the less is lost. */
  private static List<Trial> before() {
    return EIGHT.stream().map(c -> trial(c, 1.0 - 0.1 * c.sublayers().getFirst().index())).toList();
  }

  private static Trial trial(Candidate candidate, double mean) {
    Score score = new Score(Measure.AG, mean, 0, 0, 1, Map.of(), List.of(mean));
    return new Trial(
        1,
        candidate,
        Variant.cutting(candidate.sublayers()),
        Trial.Outcome.SCORED,
        List.of(score),
        0);
  }

  private static List<List<Candidate>> slices(String racing, List<Trial> before) {
    SweepPlan plan =
        PlanReader.from(
            Map.of(
                "model",
                "m",
                "calibration",
                "c.txt",
                "measure",
                "ag",
                "until",
                "0.5",
                "slice",
                "4",
                "racing",
                racing));
    return new Slicing(plan).slices(EIGHT.reversed(), before);
  }

  @Test
  void neighboursStandTogether() {
    assertThat(slices("off", before())).containsExactly(EIGHT.subList(0, 4), EIGHT.subList(4, 8));
    assertThat(slices("0.95", before())).containsExactly(EIGHT.subList(0, 4), EIGHT.subList(4, 8));
  }

  @Test
  void aSoundRaceBeginsWithTheMostPromising() {
    List<Candidate> best = EIGHT.reversed();
    assertThat(slices("1", before()))
        .containsExactly(best.subList(0, 3), best.subList(3, 7), best.subList(7, 8));
  }

  @Test
  void withoutAStepBeforeNothingIsPromising() {
    assertThat(slices("1", List.of())).containsExactly(EIGHT.subList(0, 4), EIGHT.subList(4, 8));
  }
}
