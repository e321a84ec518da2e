package dev.sluice.harness.telemetry;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.benchmarks.dataset.OnBadRow;
import dev.sluice.benchmarks.task.Metric;
import dev.sluice.benchmarks.task.RequestKind;
import dev.sluice.benchmarks.task.ScoringMode;
import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.harness.progress.FixedClock;
import dev.sluice.harness.session.EvalSession;
import dev.sluice.harness.session.OpenModel;
import dev.sluice.harness.session.TaskRequest;
import dev.sluice.harness.session.Work;
import dev.sluice.harness.tasks.Evaluation;
import dev.sluice.harness.tasks.EvaluationListener;
import dev.sluice.harness.tasks.ScoredItem;
import dev.sluice.harness.tasks.TaskResults;
import dev.sluice.harness.tasks.TaskScore;
import dev.sluice.scorers.statistics.Stability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a real evaluation of a tiny model leaves in the scrape, held against its results. */
class EvaluationTelemetryTest {
  private static final String NAME = "gates";
  private static final int ROWS = 20;
  private static final List<String> VARIANTS = List.of("intact", "less");

  @TempDir private Path folder;

  private final Telemetry telemetry = new Telemetry(new FixedClock(), "1.2.3");
  private final List<TaskResults.OfTask> results = new ArrayList<>();
  private final List<Double> itemsSeen = new ArrayList<>();
  private final Stability stability = new Stability();

  @BeforeEach
  void evaluate() throws IOException {
    try (EvaluationTelemetry watched = telemetry.evaluation(NAME);
        EvalSession session =
            new EvalSession(
                request(),
                new JournalFolder(folder.resolve("journal")),
                Map.of(),
                watched.instruments())) {
      session.run(List.of(watched, new Results()), () -> false);
    }
  }

  @AfterEach
  void close() {
    telemetry.close();
  }

  private final class Results implements EvaluationListener {
    @Override
    public void answered(ScoredItem item) {
      Double items = Scraped.of(telemetry).value(EvaluationMeter.EVALUATION_ITEMS, NAME, "gate");
      itemsSeen.add(items == null ? Double.NaN : items);
      if (item.task() == 0) {
        RequestKind choices = RequestKind.MULTIPLE_CHOICE;
        stability.add(
            Stability.spread(item.perplexities("intact")),
            item.right(choices, Metric.ACC_NORM, "intact")
                == item.right(choices, Metric.ACC_NORM, "less"));
      }
    }

    @Override
    public void ended(Evaluation.End end) {
      results.addAll(end.results());
    }
  }

  private EvalSession.Request request() throws IOException {
    Path model =
        TinyCheckpoints.write(folder.resolve("model"), TinyCheckpoints.llama().withBlocks(3));
    Path gate = Files.writeString(folder.resolve("gate.yaml"), gate());
    Path story = Files.writeString(folder.resolve("story.yaml"), story());
    String rows =
        IntStream.range(0, ROWS)
            .mapToObj(i ->
                "{\"q\": \"gate %d\", \"a\": \"open\", \"b\": \"it is shut\", \"label\": %d}%n"
                    .formatted(i, i % 2))
            .collect(Collectors.joining());
    Path data = Files.writeString(folder.resolve("rows.jsonl"), rows);
    return new EvalSession.Request(
        new OpenModel.Choice(model.toString(), "cpu", Optional.empty(), OptionalInt.of(1)),
        "intact,less=cut:1.ffn;2.attention",
        new TaskRequest(
            List.of("gate", "story"),
            List.of(gate, story),
            new TaskRequest.Places(List.of(data.toString()), List.of()),
            new TaskRequest.Asking(
                ScoringMode.LM_EVAL, OptionalInt.of(0), Optional.empty(), OnBadRow.FAIL)),
        new Work(256, OptionalLong.empty()),
        new EvalSession.Kept(Optional.of(NAME), Optional.empty()));
  }

  private static String gate() {
    return """
    name: gate
    version: "1.0"
    measures: Whether the gate is open.
    licence: Apache-2.0
    source: {dataset: own/gate, split: test, rows: 20}
    request: multiple_choice
    context: "{q}?"
    choices: ["{a}", "{b}"]
    gold: {rule: index, field: label}
    metrics: [acc, acc_norm]
    """;
  }

  private static String story() {
    return """
    name: story
    version: "1.0"
    measures: How the story ends.
    licence: Apache-2.0
    source: {dataset: own/gate, split: test, rows: 20}
    request: loglikelihood
    context: "{q}"
    continuation: " {a}"
    metrics: [perplexity, acc]
    """;
  }

  @Test
  void runningScoresEndAsTheResults() {
    Scraped scraped = Scraped.of(telemetry);
    int compared = 0;
    for (TaskResults.OfTask task : results) {
      for (String variant : VARIANTS) {
        for (TaskScore score : requireNonNull(task.variants().get(variant)).scores()) {
          Meter meter =
              score.metric().higherIsBetter()
                  ? EvaluationMeter.VARIANT_ACCURACY_RATIO
                  : EvaluationMeter.VARIANT_PERPLEXITY;
          assertThat(scraped.value(meter, NAME, variant, task.task(), score.metric().id()))
              .as(variant + " " + score)
              .isCloseTo(score.value(), within(1e-9 * score.value()));
          compared++;
        }
      }
    }
    assertThat(compared).as("two tasks of two metrics, two variants").isEqualTo(8);
  }

  @Test
  void stabilityIsThatOfChoicesAgainstTheFirstVariant() {
    Scraped scraped = Scraped.of(telemetry);
    Meter meter = EvaluationMeter.VARIANT_STABILITY_RATIO;
    assertThat(stability.items()).isEqualTo(ROWS);
    assertThat(scraped.value(meter, NAME, "less", "gate")).isEqualTo(stability.value());
    assertThat(scraped.value(meter, NAME, "intact", "gate")).isNull();
    assertThat(scraped.value(meter, NAME, "less", "story")).isNull();
  }

  @Test
  void errorsAreTheResultsToo() {
    Scraped scraped = Scraped.of(telemetry);
    for (String variant : VARIANTS) {
      TaskScore accuracy =
          requireNonNull(results.getFirst().variants().get(variant)).scores().stream()
              .filter(s -> s.metric() == Metric.ACC)
              .findFirst()
              .orElseThrow();
      assertThat(
              scraped.value(
                  EvaluationMeter.VARIANT_ACCURACY_ERROR_RATIO, NAME, variant, "gate", "acc"))
          .isEqualTo(accuracy.standardError().orElseThrow());
      assertThat(
              scraped.value(EvaluationMeter.EVALUATION_ANSWERS, NAME, variant, "gate", "correct"))
          .isEqualTo(accuracy.value() * ROWS);
      assertThat(scraped.value(EvaluationMeter.VARIANT_ACCURACY_SAMPLES, NAME, variant, "gate"))
          .isEqualTo(ROWS);
    }
  }

  @Test
  void countersCountItemsRequestsAndTokens() {
    Scraped scraped = Scraped.of(telemetry);
    assertThat(scraped.value(EvaluationMeter.EVALUATION_ITEMS, NAME, "story")).isEqualTo(ROWS);
    assertThat(scraped.value(EvaluationMeter.EVALUATION_PROMPTS, NAME, "less", "gate"))
        .isEqualTo(2 * ROWS);
    assertThat(scraped.value(EvaluationMeter.EVALUATION_TOKENS, NAME)).isPositive();
    assertThat(
            scraped.value(
                "sluice_item_nll_nats_count", EvaluationMeter.ITEM_NLL_NATS, NAME, "less", "gate"))
        .isEqualTo(ROWS);
    assertThat(
            scraped.value(
                "sluice_journal_write_seconds_count",
                ServiceMeter.JOURNAL_WRITE_SECONDS,
                "evaluation"))
        .isPositive();
    assertThat(itemsSeen.subList(0, ROWS))
        .as("items as they came")
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, ROWS).mapToObj(i -> (double) i).toList());
  }

  @Test
  void variantsTellTheirSizeAndNothingWaitsAtTheEnd() {
    Scraped scraped = Scraped.of(telemetry);
    assertThat(scraped.value(EvaluationMeter.VARIANT_REDUCTION_RATIO, NAME, "less", "sublayers"))
        .isEqualTo(2 / 6.0);
    assertThat(scraped.value(EvaluationMeter.VARIANT_REDUCTION_RATIO, NAME, "intact", "flops"))
        .isEqualTo(0);
    assertThat(scraped.value(EvaluationMeter.EVALUATION_STATE, NAME, "done")).isEqualTo(1);
    for (String stage : List.of("packs", "answers")) {
      assertThat(scraped.value(EngineMeter.STREAM_BUFFERED, stage)).as(stage).isZero();
      assertThat(scraped.value(EngineMeter.STREAM_DEMAND, stage)).as(stage).isZero();
    }
  }

  @Test
  void exemplarNamesTheVariantAndTheItem() {
    Scraped scraped = Scraped.of(telemetry, Scraped.OPEN_METRICS);
    assertThat(scraped.text())
        .containsPattern(
            "sluice_item_nll_nats_bucket\\{.*variant=\"less\".*} \\d+ # \\{item=\"\\d+\",variant=\"less\"}");
  }
}
