package dev.sluice.benchmarks.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskLibraryTest {
  private static final TaskLibrary SHIPPED = TaskLibrary.shipped();

  @TempDir private Path folder;

  @Test
  void everyTaskFileIsShippedAndCalledLikeItsTask() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/main/resources/tasks"))) {
      List<String> names = files.map(f -> f.getFileName().toString().replace(".yaml", "")).toList();
      assertThat(names).hasSize(22).allSatisfy(name -> assertThat(SHIPPED.find(name)).isNotEmpty());
    }
  }

  @Test
  void mmluHas57SubjectsInFourCategories() {
    Map<String, Long> sizes =
        SHIPPED.find("mmlu").stream()
            .collect(
                Collectors.groupingBy(run -> run.task().groups().getLast(), Collectors.counting()));
    assertThat(sizes)
        .containsOnly(
            Map.entry("mmlu_stem", 19L),
            Map.entry("mmlu_other", 13L),
            Map.entry("mmlu_social_sciences", 12L),
            Map.entry("mmlu_humanities", 13L));
    assertThat(SHIPPED.find("mmlu_stem")).hasSize(19);
    assertThat(SHIPPED.setNames()).contains("mmlu", "mmlu_stem", "finercut");
  }

  @Test
  void finerCutAsksNineBenchmarksAsItsPaperDid() {
    List<TaskLibrary.Run> runs = SHIPPED.find("finercut");
    assertThat(runs).hasSize(9 + 57);
    assertThat(runs)
        .allSatisfy(run -> {
          boolean mmlu = run.task().groups().contains("mmlu");
          assertThat(run.shots()).as(run.task().name()).isEqualTo(mmlu ? 5 : 0);
          assertThat(run.limit()).as(run.task().name()).isEqualTo(mmlu ? 50 : 1000);
        });
    assertThat(runs.stream().map(run -> run.task().name()).filter(n -> !n.startsWith("mmlu")))
        .containsExactly(
            "boolq",
            "piqa",
            "hellaswag",
            "winogrande",
            "arc_easy",
            "arc_challenge",
            "openbookqa",
            "lambada_openai",
            "lambada_standard");
  }

  @Test
  void spareShotIsDrawnWhereLmEvalDrawsIt() {
    List<String> spare =
        SHIPPED.taskNames().stream()
            .filter(name -> SyntheticRows.task(name).shots().map(FewShot::spare).orElse(false))
            .toList();
    assertThat(spare)
        .containsExactlyInAnyOrder(
            "boolq",
            "piqa",
            "hellaswag",
            "winogrande",
            "rte",
            "sglue_rte",
            "copa",
            "commonsense_qa");
  }

  @Test
  void unknownNameIsRefusedWithTheNearest() {
    assertThatThrownBy(() -> SHIPPED.find("helaswag"))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessage("no task 'helaswag'. Did you mean 'hellaswag'?");
    assertThatThrownBy(() -> SHIPPED.find("zzzzzzzzzzzz")).hasMessageContaining("there are");
  }

  @Test
  void usersFileJoinsTheLibraryUnlessItsNameIsTaken() throws IOException {
    String shipped = Files.readString(Path.of("src/main/resources/tasks/piqa.yaml"));
    Path mine =
        Files.writeString(folder.resolve("m.yaml"), shipped.replace("name: piqa", "name: mine"));
    Path taken = Files.writeString(folder.resolve("piqa.yaml"), shipped);
    assertThat(SHIPPED.with(mine).find("mine")).hasSize(1);
    assertThat(SHIPPED.taskNames()).doesNotContain("mine");
    assertThatThrownBy(() -> SHIPPED.with(taken))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("a task 'piqa' already");
    assertThatThrownBy(() -> TaskLibrary.load(folder.resolve("none.yaml")))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("none.yaml");
  }
}
