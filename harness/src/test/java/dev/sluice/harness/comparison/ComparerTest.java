package dev.sluice.harness.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.harness.comparison.Comparer.Choice;
import dev.sluice.harness.comparison.Comparer.Pairs;
import dev.sluice.harness.comparison.Comparer.Scope;
import dev.sluice.harness.tasks.EvaluationReader;
import dev.sluice.harness.tasks.ScoredVariant;
import dev.sluice.harness.tasks.TaskResults;
import dev.sluice.scorers.PrerequisiteException;
import dev.sluice.scorers.statistics.BallMass;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ComparerTest {
  private static final Scope ALL = new Scope(Pairs.ALL, 10);

  private static SampleEvaluation gates() {
    return new SampleEvaluation("gates")
        .variant("intact", "", 0)
        .variant("small", "1.ffn", 0.25)
        .variant("bad", "2.attention", 0.125)
        .choices("gate", 0)
        .item(0, 1, 1, -1)
        .item(1, 1, -1, -1)
        .item(2, -1, 1, -1)
        .item(3, 1, 1, 1);
  }

  private static Comparison compare(Scope scope, EvaluationReader... evaluations) {
    return Comparer.compare(
        Arrays.stream(evaluations).map(e -> new Choice(e, Optional.empty())).toList(), scope);
  }

  private static double accuracy(Comparison comparison, String task, String variant) {
    return comparison.tasks().stream()
        .filter(t -> t.task().equals(task))
        .map(t -> t.variants().getOrDefault(variant, new TaskResults.OfVariant(List.of(), 0)))
        .flatMap(v -> v.scores().stream())
        .findFirst()
        .orElseThrow()
        .value();
  }

  @Test
  void everyPairIsComparedOnce() {
    Comparison found = compare(ALL, gates());
    assertThat(found.differences())
        .extracting(d -> d.pair().first() + "-" + d.pair().second())
        .containsExactly("intact-small", "intact-bad", "small-bad");
    assertThat(found.differences())
        .extracting(PairedDifference::flips)
        .containsExactly(
            new PairedDifference.Flips(1, 1),
            new PairedDifference.Flips(2, 0),
            new PairedDifference.Flips(2, 0));
    assertThat(compare(new Scope(Pairs.BASELINE, 0), gates()).differences()).hasSize(2);
  }

  @Test
  void meansRetainedSharesAndTheFrontFollowFromTheScores() {
    Comparison found = compare(ALL, gates());
    assertThat(accuracy(found, "gate", "small")).isEqualTo(0.75);
    assertThat(found.overall())
        .extracting(o -> o.retained().orElseThrow())
        .containsExactly(1.0, 1.0, 0.25 / 0.75);
    // As good as the intact one with fewer parameters; the third is worse and larger than it.
    assertThat(found.overall())
        .extracting(Comparison.Overall::front)
        .containsExactly(false, true, false);
  }

  @Test
  void flipsBearTextsAndBothAnswers() {
    List<Flip> flips = compare(ALL, gates()).flips();
    Flip lost = flips.getFirst();
    assertThat(lost.docId()).isEqualTo(1);
    assertThat(lost.gained()).isFalse();
    assertThat(lost.requests().getFirst().context()).isEqualTo("question 1");
    assertThat(lost.answers().getFirst().logLikelihood()).isEqualTo(-1);
    assertThat(lost.others().getFirst().logLikelihood()).isEqualTo(-3);
    assertThat(flips).hasSize(6);
    assertThat(compare(new Scope(Pairs.ALL, 1), gates()).flips()).hasSize(4);
  }

  @Test
  void theChoicesDivergenceIsThatOfTheirSoftmax() {
    Comparison found =
        compare(
            ALL,
            new SampleEvaluation("one")
                .variant("intact", "", 0)
                .variant("small", "1.ffn", 0.25)
                .choices("gate", 0)
                .item(0, 0, Math.log(3)));
    // Halves against three quarters and a quarter.
    assertThat(found.divergences().getFirst().mean())
        .isCloseTo(0.5 * Math.log(0.5 / 0.75) + 0.5 * Math.log(0.5 / 0.25), within(1e-12));
  }

  /** Perplexities e and e^2, e^0.5 and e^2, e and e^2 under the intact model: its spreads are those. */
  @Test
  void stabilityWeighsItemsByTheBaselinesSpread() {
    Comparison found =
        compare(
            ALL,
            new SampleEvaluation("one")
                .variant("intact", "", 0)
                .variant("small", "1.ffn", 0.25)
                .choices("gate", 0)
                .item(0, 1, 1)
                .item(1, 1.5, -1)
                .item(2, 1, 0.5));
    double near = Math.exp((Math.exp(2) - Math.exp(1)) / 2);
    double far = Math.exp((Math.exp(2) - Math.exp(0.5)) / 2);
    double all = 2 * near + far;
    Comparison.Kept kept = found.stabilities().getFirst();
    assertThat(kept.stability()).isCloseTo(2 * near / all, within(1e-12));
    assertThat(kept.effectiveItems())
        .isCloseTo(all * all / (2 * near * near + far * far), within(1e-12));
    assertThat(kept.items()).isEqualTo(3);
    assertThat(ComparisonText.of(found)).contains("Stability: ", " of 3)");
    assertThat(ComparisonJson.of(found).at("/stabilities/0/stability").asDouble())
        .isEqualTo(kept.stability());
    assertThat(ComparisonTable.STABILITIES.csv(found))
        .startsWith("task,variant,items,stability,effective_items\r\ngate,small,3,");
    assertThat(ComparisonPage.of(found)).contains("LLM-Streamline");
  }

  @Test
  void theCurveOfTheBallGrowsWithEveryVariantsDivergence() {
    Comparison found =
        compare(
            ALL,
            new SampleEvaluation("one")
                .variant("intact", "", 0)
                .variant("far", "1.ffn", 0.25)
                .variant("near", "2.ffn", 0.25)
                .choices("gate", 0)
                .item(0, 0, 2, 1));
    Landscape.Ball ball = found.landscape().balls().getFirst();
    assertThat(ball.variants()).as("the baseline is not counted").isEqualTo(2);
    assertThat(ball.points())
        .extracting(BallMass.Point::radius)
        .containsExactlyElementsOf(
            found.divergences().stream().map(Comparison.Divergence::mean).sorted().toList());
    assertThat(ball.points()).extracting(BallMass.Point::weight).containsExactly(Math.log(2), 0.0);
    assertThat(ComparisonJson.of(found).at("/landscape/label").asText())
        .isEqualTo("analogy to the Universality Lens, not the theorem");
    assertThat(ComparisonJson.of(found).at("/landscape/balls/0/curve")).hasSize(2);
    assertThat(ComparisonText.of(found)).contains("not the theorem");
    assertThat(ComparisonPage.of(found)).contains("not the theorem");
  }

  @Test
  void aGroupIsComparedOverAllItemsOfItsTasks() {
    Comparison found =
        compare(
            ALL,
            new SampleEvaluation("mmlu")
                .variant("intact", "", 0)
                .variant("small", "1.ffn", 0.25)
                .choices("mmlu_a", 5, "mmlu", "mmlu_stem")
                .item(0, 1, -1)
                .choices("mmlu_b", 5, "mmlu", "mmlu_stem")
                .item(0, 1, -1)
                .item(1, 1, 1));
    assertThat(found.main()).containsExactly("mmlu");
    assertThat(found.differences()).hasSize(1);
    assertThat(found.differences().getFirst().items()).isEqualTo(3);
    assertThat(found.differences().getFirst().difference()).isCloseTo(-2.0 / 3, within(1e-12));
    assertThat(found.tasks())
        .extracting(TaskResults.OfTask::task)
        .containsExactly("mmlu_a", "mmlu_b", "mmlu", "mmlu_stem");
    assertThat(found.flips()).extracting(Flip::task).containsExactly("mmlu_a", "mmlu_b");
  }

  @Test
  void continuationsAreHeldAgainstEachOtherInNats() {
    Comparison found =
        compare(
            ALL,
            new SampleEvaluation("stories")
                .variant("intact", "", 0)
                .variant("small", "1.ffn", 0.25)
                .continuations("last")
                .continuation(0, -0.5, -2)
                .continuation(1, -2, -3));
    PairedDifference nats = found.differences().getLast();
    assertThat(nats.pair().measured()).isEqualTo(Measured.LOG_LIKELIHOOD);
    assertThat(nats.difference()).isCloseTo(-1.25, within(1e-12));
    assertThat(nats.p()).isEmpty();
    assertThat(found.divergences()).isEmpty();
    assertThat(found.stabilities()).isEmpty();
    // Whole losses 2.5 and 5 nats over two tokens; item by item 0.5 and 2, 2 and 3.
    Landscape.Mixture mixture = found.landscape().mixtures().getFirst();
    assertThat(mixture.best()).isEqualTo("intact");
    assertThat(mixture.tokens()).isEqualTo(2);
    assertThat(mixture.bestLoss()).isCloseTo(1.25, within(1e-12));
    double whole = -Math.log((Math.exp(-2.5) + Math.exp(-5)) / 2);
    assertThat(mixture.loss()).isCloseTo(whole / 2, within(1e-12));
    double anew =
        -Math.log((Math.exp(-0.5) + Math.exp(-2)) / 2)
            - Math.log((Math.exp(-2) + Math.exp(-3)) / 2);
    assertThat(mixture.restartedRegret()).isCloseTo(anew / 2 - 1.25, within(1e-12));
    assertThat(found.landscape().balls()).as("no choices").isEmpty();
  }

  @Test
  void variantsOfSeveralEvaluationsGetTheirNamesApart() {
    SampleEvaluation later =
        new SampleEvaluation("later")
            .variant("intact", "", 0)
            .choices("gate", 0)
            .item(0, 1)
            .item(3, -1);
    Comparison found =
        Comparer.compare(
            List.of(
                new Choice(gates(), Optional.of("intact")), new Choice(later, Optional.empty())),
            ALL);
    assertThat(found.variants())
        .extracting(ScoredVariant::name)
        .containsExactly("gates:intact", "later:intact");
    assertThat(found.differences().getFirst().items()).isEqualTo(2);
    assertThat(found.flips()).extracting(Flip::docId).containsExactly(3L);
    assertThat(found.notes().getFirst()).contains("2 of 4 items");
  }

  @Test
  void whatCannotBeComparedIsRefused() {
    SampleEvaluation shots =
        new SampleEvaluation("shots").variant("x", "", 0).choices("gate", 5).item(0, 1);
    refused("with 5 shots", gates(), shots);
    SampleEvaluation clean =
        new SampleEvaluation("clean").mode("clean").variant("x", "", 0).choices("gate", 0);
    refused("same --mode", gates(), clean.item(0, 1));
    refused("named twice", gates(), gates());
    refused("no item", new SampleEvaluation("empty").variant("x", "", 0).choices("gate", 0));
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(() -> Comparer.compare(List.of(new Choice(gates(), Optional.of("smal"))), ALL))
        .withMessageContaining("Did you mean 'small'");
  }

  private static void refused(String message, EvaluationReader... evaluations) {
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(() -> compare(ALL, evaluations))
        .withMessageContaining(message);
  }
}
