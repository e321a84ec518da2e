package dev.sluice.benchmarks.task;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.benchmarks.dataset.SplitFiles;
import dev.sluice.benchmarks.dataset.Wanted;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Shipped tasks find their rows in repositories laid out in the ways that are usual on the hub. */
class HubLayoutTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "arc_easy, ARC-Easy/test-00000-of-00001.parquet",
    "boolq, boolq/validation-00000-of-00001.parquet",
    "hellaswag, data/validation-00000-of-00001.parquet",
    "lambada_standard, plain_text/test-00000-of-00001.parquet",
    "lambada_openai, default/test/0000.parquet",
    "mmlu_anatomy, anatomy/test-00000-of-00001.parquet",
    "openbookqa, main/test-00000-of-00001.parquet",
    "sciq, data/test-00000-of-00001.parquet",
    "rte, rte/validation-00000-of-00001.parquet",
  })
  void rowsAreChosenFromEachUsualLayout(String task, String path) {
    List<String> others = List.of("README.md", "additional/test.md", "additional/train.parquet");
    List<String> paths = Stream.concat(others.stream(), Stream.of(path)).toList();
    Wanted wanted = TaskFiles.evaluated(SyntheticRows.task(task));
    assertThat(SplitFiles.choose("main", paths, wanted)).containsExactly(path);
  }

  static List<Task> tasks() {
    TaskLibrary library = TaskLibrary.shipped();
    return library.taskNames().stream().map(n -> library.find(n).getFirst().task()).toList();
  }

  /** The hub converts every data set to CONFIG/SPLIT/0000.parquet. */
  @ParameterizedTest
  @MethodSource("tasks")
  void splitsOfEveryTaskAreChosenFromTheHubsConversion(Task task) {
    String config = task.source().config();
    for (String unnamed : List.of("default", "plain_text")) {
      String name = config.isEmpty() ? unnamed : config;
      List<Wanted> splits =
          Stream.concat(Stream.of(TaskFiles.evaluated(task)), TaskFiles.pool(task).stream())
              .toList();
      for (Wanted wanted : splits) {
        String path = name + "/" + wanted.split() + "/0000.parquet";
        assertThat(
                SplitFiles.choose("converted", List.of(path, name + "/other/0000.parquet"), wanted))
            .containsExactly(path);
      }
    }
  }

  /** Rows as SUBJECT:QUESTION, with a list of choices as the hub has it. */
  private void mmlu(String path, String columns, String... rows) throws Exception {
    Path file = folder.resolve(path);
    Files.createDirectories(file.resolveSibling("."));
    String values =
        Stream.of(rows).map(r -> "('" + r.replace(":", "','") + "')").collect(joining(","));
    try (Connection database = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = database.createStatement()) {
      statement.execute(
          "COPY (SELECT question, ['a', 'b', 'c', 'd'] AS choices, 1::BIGINT AS answer%s"
                  .formatted(columns)
              + " FROM (VALUES %s) t(subject, question)) TO '%s' (FORMAT parquet)"
                  .formatted(values, file));
    }
  }

  private List<String> questions(int shots) {
    return new SyntheticRows(folder)
        .items("mmlu_anatomy", ScoringMode.LM_EVAL, shots).stream()
            .map(item -> item.requests().getFirst().context())
            .toList();
  }

  @Test
  void subjectOfMmluIsReadFromItsOwnConfigurationAndFromAll() throws Exception {
    mmlu("all/dev-00000-of-00001.parquet", ", subject", "law:L?", "anatomy:shot?");
    mmlu("all/test-00000-of-00002.parquet", ", subject", "anatomy:Q0?", "law:L0?");
    mmlu("all/test-00001-of-00002.parquet", ", subject", "law:L1?", "anatomy:Q1?");
    List<String> fromAll = questions(1);
    assertThat(fromAll).hasSize(2);
    assertThat(fromAll.get(1)).contains("shot?", "Q1?").doesNotContain("L?");
    mmlu("anatomy/dev-00000-of-00001.parquet", ", subject", "anatomy:shot?");
    mmlu("anatomy/test-00000-of-00001.parquet", "", "anatomy:Q0?", "anatomy:Q1?");
    Files.delete(folder.resolve("all/test-00000-of-00002.parquet"));
    assertThat(questions(1)).isEqualTo(fromAll);
  }
}
