package dev.sluice.harness.tasks;

import dev.sluice.benchmarks.task.Metric;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** The means of groups of tasks, such as MMLU's, weighted by their sizes as lm-eval weighs them. */
public final class TaskGroups {
  private TaskGroups() {}

  /** One entry for each group that has at least two tasks, the widest first. */
  public static List<TaskResults.OfTask> of(
      List<ScoredTask> tasks, List<TaskResults.OfTask> results) {
    Map<String, List<TaskResults.OfTask>> members = new LinkedHashMap<>();
    for (int i = 0; i < tasks.size(); i++) {
      for (String group : tasks.get(i).groups()) {
        members.computeIfAbsent(group, g -> new ArrayList<>()).add(results.get(i));
      }
    }
    return members.entrySet().stream()
        .filter(entry -> entry.getValue().size() > 1)
        .map(entry -> group(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static TaskResults.OfTask group(String name, List<TaskResults.OfTask> members) {
    TaskResults.OfTask first = members.getFirst();
    Map<String, TaskResults.OfVariant> variants = new LinkedHashMap<>();
    for (String variant : first.variants().keySet()) {
      List<TaskResults.OfVariant> found =
          members.stream().map(m -> m.variants().get(variant)).filter(v -> v != null).toList();
      variants.put(
          variant,
          new TaskResults.OfVariant(
              scores(name, found),
              found.stream().mapToLong(TaskResults.OfVariant::nearTies).sum()));
    }
    long skipped = members.stream().mapToLong(TaskResults.OfTask::skipped).sum();
    return new TaskResults.OfTask(name, first.version(), first.shots(), skipped, variants);
  }

  private static List<TaskScore> scores(String group, List<TaskResults.OfVariant> members) {
    List<TaskScore> means = new ArrayList<>();
    for (Metric metric : List.of(Metric.ACC, Metric.ACC_NORM)) {
      List<TaskScore> scores =
          members.stream()
              .flatMap(m -> m.scores().stream())
              .filter(s -> s.metric() == metric)
              .toList();
      if (!scores.isEmpty()) {
        means.add(mean(group, metric, scores));
      }
    }
    return means;
  }

  private static TaskScore mean(String group, Metric metric, List<TaskScore> scores) {
    double sum = 0;
    double squares = 0;
    long documents = 0;
    boolean errors = true;
    for (TaskScore score : scores) {
      long n = score.documents();
      double error = score.standardError().orElse(Double.NaN);
      sum += score.value() * n;
      squares += (n - 1) * error * error * n;
      documents += n;
      errors &= score.standardError().isPresent();
    }
    double variance = squares / (documents - scores.size()) / documents;
    return new TaskScore(
        group,
        metric,
        sum / documents,
        errors ? OptionalDouble.of(Math.sqrt(variance)) : OptionalDouble.empty(),
        documents);
  }
}
