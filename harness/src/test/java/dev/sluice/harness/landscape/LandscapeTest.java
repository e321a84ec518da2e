package dev.sluice.harness.landscape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.presentation.Markup;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.harness.sweep.Trial.Outcome;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.Score;
import dev.sluice.scorers.statistics.MixtureRegret;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LandscapeTest {
  /** Tokens of a row: four of them are predicted. */
  private static final int LENGTH = 5;

  private static Score score(Measure measure, long count, Double... rows) {
    double mean = Arrays.stream(rows).mapToDouble(Double::doubleValue).average().orElseThrow();
    return new Score(measure, mean, 0, 0, count, Map.of(), List.of(rows));
  }

  private static Trial trial(String cuts, Outcome outcome, Score... scores) {
    Variant variant = Variant.parse(cuts);
    Sublayer last = variant.cuts().getLast();
    return new Trial(
        variant.cuts().size(), Candidate.of(last), variant, outcome, List.of(scores), 0.1);
  }

  private static Trial scored(String cuts, double kl, Double... nll) {
    return trial(
        cuts, Outcome.SCORED, score(Measure.KL, 10, kl), score(Measure.NLL, 4L * nll.length, nll));
  }

  /** Losses of 4 (1 + 3) and 4 (2 + 1) nats over eight tokens. */
  private static List<Trial> two() {
    return List.of(scored("0.ffn", 0.2, 1.0, 3.0), scored("1.ffn", 0.05, 2.0, 1.0));
  }

  private static Landscape.Level only(List<Trial> trials) {
    List<Landscape.Level> levels = new Landscape(trials, LENGTH).levels();
    assertThat(levels).hasSize(1);
    return levels.getFirst();
  }

  @Test
  void mixtureIsHeldAgainstTheBestVariantPerToken() {
    Landscape.Mixture mixture = only(two()).mixture().orElseThrow();
    assertThat(mixture.best()).isEqualTo(Variant.parse("1.ffn"));
    assertThat(mixture.tokens()).isEqualTo(8);
    assertThat(mixture.bestLoss()).isCloseTo(12 / 8.0, within(1e-12));
    double loss = -Math.log((Math.exp(-16) + Math.exp(-12)) / 2);
    assertThat(mixture.regret()).isCloseTo((loss - 12) / 8, within(1e-12));
    double anew =
        -Math.log((Math.exp(-4) + Math.exp(-8)) / 2) - Math.log((Math.exp(-12) + Math.exp(-4)) / 2);
    assertThat(mixture.restartedRegret().orElseThrow()).isCloseTo((anew - 12) / 8, within(1e-12));
    assertThat(mixture.restartedRegret().get()).as("each row has its own best").isNegative();
  }

  @Test
  void levelsAreNumbersOfCutsThatSeveralVariantsHave() {
    List<Trial> trials = new ArrayList<>(two());
    trials.add(scored("0.ffn,1.ffn", 0.4, 4.0, 4.0));
    assertThat(only(trials).cuts()).as("one variant alone is no mixture").isEqualTo(1);
    trials.add(scored("0.ffn,2.ffn", 0.3, 4.0, 4.0));
    trials.add(scored("0.ffn,2.ffn", 0.3, 4.0, 4.0));
    trials.add(trial("1.ffn,2.ffn", Outcome.DROPPED, score(Measure.KL, 3, 0.9)));
    assertThat(new Landscape(trials, LENGTH).levels())
        .extracting(Landscape.Level::variants)
        .as("repeated and dropped ones do not count")
        .containsExactly(2, 2);
  }

  @Test
  void rowsThatWereCutShortHaveNoRestartedMixture() {
    List<Trial> shortRows =
        List.of(
            trial("0.ffn", Outcome.SCORED, score(Measure.NLL, 7, 1.0, 3.0)),
            trial("1.ffn", Outcome.SCORED, score(Measure.NLL, 7, 2.0, 1.0)));
    Landscape.Level level = only(shortRows);
    assertThat(level.mixture().orElseThrow().restartedLoss()).isEmpty();
    assertThat(level.ball()).as("KL was not measured").isEmpty();
    ObjectNode json = new LandscapeViews(new Landscape(shortRows, LENGTH)).json();
    assertThat(json.at("/levels/0/mixture").has("restartedRegret")).isFalse();
    assertThat(json.at("/levels/0").has("ball")).isFalse();
  }

  @Test
  void aNumberThatIsNoneHidesTheMixtureAndStaysOutsideTheBall() {
    List<Trial> trials = new ArrayList<>(two());
    trials.add(scored("2.ffn", Double.NaN, Double.NaN, 1.0));
    Landscape.Level level = only(trials);
    assertThat(level.mixture()).isEmpty();
    assertThat(level.ball().orElseThrow().share(100)).isCloseTo(2 / 3.0, within(1e-12));
  }

  @Test
  void tableAndJsonSayTheSameUnderTheLabel() {
    LandscapeViews views = new LandscapeViews(new Landscape(two(), LENGTH));
    ObjectNode json = views.json();
    assertThat(json.get("label").asText())
        .isEqualTo(MixtureRegret.LABEL)
        .contains("not the theorem");
    assertThat(json.at("/levels/0/ball/0/radius").asDouble()).isEqualTo(0.05);
    assertThat(json.at("/levels/0/ball/0/weight").asDouble()).isEqualTo(Math.log(2));
    assertThat(json.at("/levels/0/ball/1/weight").asDouble()).isZero();
    assertThat(json.at("/levels/0/mixture/best").asText()).isEqualTo("1.ffn");
    Markup page = new Markup();
    views.table(page);
    assertThat(page.page())
        .contains("KL ≤ 0.1000")
        .doesNotContain("KL ≤ 0.3000", "KL ≤ 0.03000")
        .contains("<td>0.6931</td>");
  }
}
