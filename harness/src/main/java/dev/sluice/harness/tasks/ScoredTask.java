package dev.sluice.harness.tasks;

import dev.sluice.benchmarks.task.Metric;
import dev.sluice.benchmarks.task.RequestKind;
import dev.sluice.benchmarks.task.Task;
import java.util.List;
import java.util.Optional;

/**
 * What results keep of a task: enough to score its items again without its file and its data.
 *
 * @param metrics in the order in which they are reported
 * @param groups whose mean it is part of, the widest first
 * @param shots worked examples in each prompt
 */
public record ScoredTask(
    String name,
    String version,
    RequestKind request,
    List<Metric> metrics,
    List<String> groups,
    int shots) {
  public ScoredTask {
    metrics = List.copyOf(metrics);
    groups = List.copyOf(groups);
  }

  /** What decides a right choice: {@code acc_norm} where the task has it, else {@code acc}. */
  public Optional<Metric> rightness() {
    return metrics.stream().filter(Metric::higherIsBetter).reduce((a, b) -> b);
  }

  static ScoredTask of(Task task, int shots) {
    return new ScoredTask(
        task.name(),
        task.version(),
        task.request(),
        List.copyOf(task.metrics()),
        task.groups(),
        shots);
  }
}
