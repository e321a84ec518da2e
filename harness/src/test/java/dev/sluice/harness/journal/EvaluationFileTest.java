package dev.sluice.harness.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.benchmarks.task.Item;
import dev.sluice.benchmarks.task.Metric;
import dev.sluice.benchmarks.task.RequestKind;
import dev.sluice.harness.answers.Answer;
import dev.sluice.harness.tasks.Evaluation;
import dev.sluice.harness.tasks.EvaluationReader;
import dev.sluice.harness.tasks.EvaluationWriter;
import dev.sluice.harness.tasks.ScoredItem;
import dev.sluice.harness.tasks.ScoredTask;
import dev.sluice.harness.tasks.ScoredVariant;
import dev.sluice.harness.tasks.TaskResults;
import dev.sluice.harness.tasks.TaskScore;
import dev.sluice.harness.variant.Reduction;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationFileTest {
  @TempDir private Path folder;
  private JournalFolder journals;

  private static final Evaluation EVALUATION =
      new Evaluation(
          "first",
          Instant.parse("2026-11-21T09:00:00.123Z"),
          List.of(
              new ScoredVariant(
                  "a@0.25",
                  Variant.parse("3.ffn,5.attention"),
                  12,
                  new Reduction(0.1, 0, 0.2, 0.3, 0.05),
                  Map.of("ag", 0.125))),
          List.of(
              new ScoredTask(
                  "gate",
                  "1.0",
                  RequestKind.MULTIPLE_CHOICE,
                  List.of(Metric.ACC_NORM, Metric.ACC),
                  List.of("gates"),
                  2)),
          Map.of("mode", "lm-eval"));
  private static final Evaluation.End END =
      new Evaluation.End(
          List.of(
              new TaskResults.OfTask(
                  "gate",
                  "1.0",
                  2,
                  3,
                  Map.of(
                      "a@0.25",
                      new TaskResults.OfVariant(
                          List.of(
                              new TaskScore("gate", Metric.ACC, 0.1, OptionalDouble.of(1e-17), 4),
                              new TaskScore(
                                  "gate", Metric.PERPLEXITY, 7, OptionalDouble.empty(), 4)),
                          1)))),
          new TaskResults.Cost(1.5, 10, 5));

  private static ScoredItem item(long doc, double logLikelihood) {
    return new ScoredItem(
        0,
        doc,
        "digest",
        List.of(new Item.Request("Größe \"x\"\n", " \ud83d\ude00")),
        List.of("\ud83d\ude00"),
        0,
        new Item.TextSize(2, 9),
        List.of(1),
        Map.of("a@0.25", List.of(new Answer(logLikelihood, true, 0.5))));
  }

  @BeforeEach
  void open() {
    journals = new JournalFolder(folder);
  }

  private EvaluationReader written(ScoredItem... items) {
    try (EvaluationWriter writer = journals.write(EVALUATION)) {
      Arrays.stream(items).forEach(writer::add);
      return writer.finish(END);
    }
  }

  @Test
  void everythingIsReadBackAsOftenAsIsWanted() {
    ScoredItem[] items = {
      item(0, -0.1), item(1, Double.NaN), item(2, Double.NEGATIVE_INFINITY), item(3, -1e-300)
    };
    written(items);
    EvaluationReader reader = journals.evaluation("first");
    assertThat(reader.evaluation()).isEqualTo(EVALUATION);
    for (int i = 0; i < 2; i++) {
      List<ScoredItem> read = new ArrayList<>();
      assertThat(reader.items(read::add)).isEqualTo(END);
      assertThat(read).containsExactly(items);
    }
  }

  @Test
  void anUnfinishedEvaluationLeavesNothingAndTheOneBeforeIntact() throws IOException {
    written(item(0, -1));
    try (EvaluationWriter writer = journals.write(EVALUATION)) {
      writer.add(item(7, -7));
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(f -> f.getFileName().toString())).containsExactly("first.eval.gz");
    }
    List<ScoredItem> read = new ArrayList<>();
    journals.evaluation("first").items(read::add);
    assertThat(read).extracting(ScoredItem::docId).containsExactly(0L);
  }

  @Test
  void leftoversOfKilledProcessesGoAndOtherWritersStay() throws IOException {
    Path leftover = Files.writeString(folder.resolve("first.eval.gz.killed.part"), "half");
    Path other = Files.writeString(folder.resolve("second.eval.gz.killed.part"), "half");
    try (EvaluationWriter early = journals.write(EVALUATION);
        EvaluationWriter late = journals.write(EVALUATION)) {
      assertThat(leftover).doesNotExist();
      assertThat(other).exists();
      early.add(item(1, -1));
      late.add(item(2, -2));
      early.finish(END);
      late.finish(END);
    }
    List<ScoredItem> read = new ArrayList<>();
    journals.evaluation("first").items(read::add);
    assertThat(read).extracting(ScoredItem::docId).as("the last to end").containsExactly(2L);
  }

  @Test
  void aDamagedFileIsNamedWithWhatToDo() throws IOException {
    written(item(0, -1), item(1, -2));
    Path file = folder.resolve("first.eval.gz");
    byte[] whole = Files.readAllBytes(file);
    EvaluationReader reader = journals.evaluation("first");
    Files.write(file, Arrays.copyOf(whole, whole.length - 30));
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(() -> reader.items(item -> {}))
        .withMessageContainingAll("first.eval.gz", "damaged", "run its 'sluice eval' again");
    Files.writeString(file, "no gzip");
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(() -> journals.evaluation("first"))
        .withMessageContaining("damaged");
  }

  @Test
  void aNameThatIsNotThereIsSaid() {
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(() -> journals.evaluation("other"))
        .withMessageContaining("no evaluation");
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(() -> journals.evaluation("../x"))
        .withMessageContaining("no name for an evaluation");
  }
}
