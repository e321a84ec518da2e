package dev.sluice.benchmarks.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.benchmarks.dataset.DocumentFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Keeps docs/tasks.md what the shipped task files say. */
class TaskDocsTest {
  private static final Path PAGE = Path.of("").toAbsolutePath().resolveSibling("docs/tasks.md");

  @Test
  void pageListsEveryShippedTaskAsItIs() throws IOException {
    List<String> rows;
    try (Stream<Path> files = Files.list(Path.of("src/main/resources/tasks"))) {
      rows = files.sorted().map(TaskDocsTest::row).toList();
    }
    assertThat(
            Files.readString(PAGE)
                .lines()
                .filter(l ->
                    l.matches("\\| `\\w+` \\| .* \\|")
                        && l.chars().filter(c -> c == '|').count() == 9))
        .as("rows of the table of shipped tasks in docs/tasks.md")
        .containsExactlyElementsOf(rows);
  }

  private static String row(Path file) {
    String name = file.getFileName().toString().replace(".yaml", "");
    Task task = TaskLibrary.load(file).getFirst();
    Source source = task.source();
    boolean parts = !task.groups().isEmpty();
    return Stream.of(
            "`" + name + "`",
            source.dataset(),
            parts ? "" : source.config(),
            source.split(),
            source.rows() == 0 ? "" : Long.toString(source.rows()),
            task.request().id(),
            task.metrics().stream().map(Metric::id).collect(Collectors.joining(", ")),
            task.shots().map(FewShot::split).orElse(""))
        .collect(Collectors.joining(" | ", "| ", " |"));
  }

  @Test
  void exampleIsATask() throws IOException {
    String page = Files.readString(PAGE);
    int start = page.indexOf("```yaml\n") + "```yaml\n".length();
    Task task =
        TaskReader.read("docs/tasks.md", page.substring(start, page.indexOf("```", start)))
            .getFirst();
    assertThat(task.name()).isEqualTo("my_science");
    assertThat(task.clean()).isNotEqualTo(task.lmEval());
  }

  @Test
  void pageNamesEveryStepSetAndFormat() throws IOException {
    assertThat(Files.readString(PAGE))
        .contains(Arrays.stream(Step.values()).map(step -> "`" + step.id() + "`").toList())
        .contains(TaskLibrary.shipped().setNames().stream().map(set -> "`" + set + "`").toList())
        .contains(DocumentFormat.allSuffixes());
  }
}
