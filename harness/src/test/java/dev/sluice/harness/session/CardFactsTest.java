package dev.sluice.harness.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.benchmarks.task.Metric;
import dev.sluice.benchmarks.task.RequestKind;
import dev.sluice.harness.export.Export;
import dev.sluice.harness.export.ExportFormat;
import dev.sluice.harness.export.text.CardedExporter;
import dev.sluice.harness.export.text.MasksExporter;
import dev.sluice.harness.export.text.ModelCard;
import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.harness.model.WeightsDigest;
import dev.sluice.harness.tasks.Evaluation;
import dev.sluice.harness.tasks.EvaluationWriter;
import dev.sluice.harness.tasks.ScoredTask;
import dev.sluice.harness.tasks.ScoredVariant;
import dev.sluice.harness.tasks.TaskResults;
import dev.sluice.harness.tasks.TaskScore;
import dev.sluice.harness.variant.Reduction;
import dev.sluice.harness.variant.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CardFactsTest {
  private static final Variant CUT = Variant.parse("1.ffn,2.attention");

  @TempDir private Path folder;

  private JournalFolder journals() {
    return new JournalFolder(folder.resolve("journal"));
  }

  private void with(Consumer<Export> test) {
    Path model = TinyCheckpoints.write(folder.resolve("m"), TinyCheckpoints.llama());
    try (Checkpoint checkpoint = Checkpoint.open(model)) {
      test.accept(new Export(checkpoint, CUT, "cut", Optional.empty(), 1 << 30));
    }
  }

  private void evaluated(String name, String started, String weights, Variant variant, double acc) {
    Reduction reduction = new Reduction(0, 0, 0, 0, 0);
    Evaluation evaluation =
        new Evaluation(
            name,
            Instant.parse(started),
            List.of(
                new ScoredVariant("whole", Variant.intact(), 3, reduction, Map.of()),
                new ScoredVariant("other name", variant, 3, reduction, Map.of())),
            List.of(
                new ScoredTask(
                    "agree", "1", RequestKind.MULTIPLE_CHOICE, List.of(Metric.ACC), List.of(), 2)),
            Map.of("weights", "sha256:" + weights, "engine", "djl", "dtype", "float32"));
    try (EvaluationWriter writer = journals().write(evaluation)) {
      writer.finish(
          new Evaluation.End(
              List.of(
                  new TaskResults.OfTask(
                      "agree", "1", 2, 0, Map.of("whole", scored(0.9), "other name", scored(acc)))),
              new TaskResults.Cost(1, 1, 1)));
    }
  }

  private static TaskResults.OfVariant scored(double acc) {
    return new TaskResults.OfVariant(
        List.of(new TaskScore("agree", Metric.ACC, acc, OptionalDouble.of(0.05), 40)), 0);
  }

  @Test
  void theNewestResultsOfTheSameCutsOfTheSameWeightsAreTaken() throws IOException {
    Files.createDirectories(folder.resolve("journal"));
    with(export -> {
      String weights = WeightsDigest.of(export.checkpoint(), journals().digestCache());
      evaluated("old", "2026-01-01T00:00:00Z", weights, CUT, 0.5);
      evaluated("new", "2026-01-02T00:00:00Z", weights, CUT, 0.75);
      evaluated("elsewhere", "2026-01-03T00:00:00Z", "ab".repeat(32), CUT, 0.1);
      evaluated("less", "2026-01-04T00:00:00Z", weights, Variant.parse("1.ffn"), 0.2);
      ModelCard.Facts facts =
          new CardFacts(journals()).of(export, ExportFormat.MASKS, List.of("A note."));
      assertThat(facts.results()).hasSize(1);
      ModelCard.Result result = facts.results().getFirst();
      assertThat(result.value()).isEqualTo(0.75);
      assertThat(result.intact()).hasValue(0.9);
      assertThat(result.shots()).isEqualTo(2);
      assertThat(result.evaluation()).isEqualTo("new (djl, float32)");
      // Wilson for 30 of 40, as statsmodels has it.
      assertThat(result.interval().orElseThrow().low()).isBetween(0.597, 0.599);
      assertThat(result.interval().orElseThrow().high()).isBetween(0.857, 0.859);
      assertThat(facts.source().weights()).isEqualTo(weights);
      assertThat(facts.notes()).containsExactly("A note.");
      assertThat(facts.reduction().sublayers()).isEqualTo(2.0 / 6);
    });
  }

  @Test
  void anEvaluationThatCannotBeReadIsNamed() throws IOException {
    Files.createDirectories(folder.resolve("journal"));
    Files.writeString(folder.resolve("journal/broken.eval.gz"), "no gzip");
    with(export -> {
      ModelCard.Facts facts = new CardFacts(journals()).of(export, ExportFormat.MASKS, List.of());
      assertThat(facts.results()).isEmpty();
      assertThat(facts.notes()).singleElement().asString().contains("broken cannot be read");
    });
  }

  @Test
  void aCardIsPutBesideTheExport() throws IOException {
    Path out = Files.createDirectory(folder.resolve("out"));
    with(export -> {
      CardedExporter exporter =
          new CardedExporter(
              new MasksExporter(),
              (e, notes) -> new CardFacts(journals()).of(e, ExportFormat.MASKS, notes));
      try {
        List<String> notes = exporter.write(export, out);
        assertThat(out).isDirectoryContaining("glob:**/masks.json");
        assertThat(Files.readString(out.resolve("README.md")))
            .contains("`1.ffn`, `2.attention`", notes.getFirst());
        assertThat(exporter.bytes(export)).isGreaterThan(Files.size(out.resolve("README.md")));
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    });
  }
}
