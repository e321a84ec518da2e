package dev.sluice.benchmarks.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.benchmarks.SharedData;
import dev.sluice.benchmarks.dataset.RowTally;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every row of real exports becomes an item, in both modes. */
class RealExportsTest {

  @ParameterizedTest
  @CsvSource({
    "piqa, piqa/validation.even.jsonl, 919",
    "winogrande, winogrande/validation.even.jsonl, 634",
    "boolq, boolq/validation.even.jsonl, 1635",
    "arc_easy, arc/ARC-Easy.validation.jsonl, 570",
    "arc_challenge, arc/ARC-Challenge.validation.jsonl, 299",
    "openbookqa, openbookqa/main.validation.jsonl, 500",
    "mmlu_professional_law, mmlu/validation.jsonl, 170",
    "hellaswag, hellaswag/validation.first10.raw.jsonl, 10",
    "hellaswag, hellaswag/validation.even.preprocessed.jsonl, 5021",
    "copa, copa/copa_validation.jsonl, 100",
    "commonsense_qa, commonsense_qa/validation.jsonl, 1221",
  })
  void everyRowBecomesAnItem(String name, String data, long count) {
    Path file = SharedData.require("data/tasks/" + data);
    Task task = SyntheticRows.task(name);
    for (ScoringMode mode : ScoringMode.values()) {
      ItemSource source =
          new ItemSource(task, TaskFiles.in(file, task, 0), ItemSource.Options.of(mode, 0));
      RowTally tally = source.tally();
      assertThat(source.items(tally).count().block()).as(name + " " + mode).isEqualTo(count);
      assertThat(tally.read()).isEqualTo(count);
    }
  }

  @ParameterizedTest
  @CsvSource({"copa", "commonsense_qa"})
  void wholeExportsHaveTheExpectedNumberOfRows(String name) {
    Path folder = SharedData.require("data/tasks");
    Task task = SyntheticRows.task(name);
    ItemSource source =
        new ItemSource(
            task, TaskFiles.in(folder, task, 0), ItemSource.Options.of(ScoringMode.LM_EVAL, 0));
    RowTally tally = source.tally();
    assertThat(source.items(tally).count().block()).isPositive();
    assertThat(source.warning(tally)).isEmpty();
  }
}
