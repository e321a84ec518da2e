package dev.sluice.harness.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.benchmarks.task.Metric;
import dev.sluice.benchmarks.task.TaskLibrary;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class TaskGroupsTest {
  private static ScoredTask subject(String name) {
    return ScoredTask.of(TaskLibrary.shipped().find(name).getFirst().task(), 0);
  }

  private static TaskResults.OfTask result(String task, double value, double error, long n) {
    TaskScore score = new TaskScore(task, Metric.ACC, value, OptionalDouble.of(error), n);
    return new TaskResults.OfTask(
        task, "1.0", 0, 0, Map.of("intact", new TaskResults.OfVariant(List.of(score), 1)));
  }

  @Test
  void meansAreWeightedBySizeWithTheErrorOfLmEval() {
    List<TaskResults.OfTask> groups =
        TaskGroups.of(
            List.of(subject("mmlu_anatomy"), subject("mmlu_astronomy"), subject("piqa")),
            List.of(
                result("mmlu_anatomy", 0.5, 0.1, 20),
                result("mmlu_astronomy", 0.25, 0.05, 60),
                result("piqa", 0.9, 0.1, 10)));
    assertThat(groups).extracting(TaskResults.OfTask::task).contains("mmlu").doesNotContain("piqa");
    TaskResults.OfVariant mmlu = groups.getFirst().variants().values().iterator().next();
    TaskScore acc = mmlu.scores().getFirst();
    assertThat(acc.value()).isCloseTo((0.5 * 20 + 0.25 * 60) / 80, within(1e-12));
    // sqrt((19 * 0.1^2 * 20 + 59 * 0.05^2 * 60) / (80 - 2) / 80)
    assertThat(acc.standardError().orElseThrow())
        .isCloseTo(Math.sqrt((3.8 + 8.85) / 78 / 80), within(1e-12));
    assertThat(acc.documents()).isEqualTo(80);
    assertThat(mmlu.nearTies()).isEqualTo(2);
  }

  @Test
  void oneSubjectAloneIsNoGroup() {
    assertThat(
            TaskGroups.of(
                List.of(subject("mmlu_anatomy")), List.of(result("mmlu_anatomy", 1, 0.1, 3))))
        .isEmpty();
  }
}
