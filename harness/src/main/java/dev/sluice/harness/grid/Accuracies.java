package dev.sluice.harness.grid;

import dev.sluice.benchmarks.task.Metric;
import dev.sluice.harness.tasks.TaskResults;
import dev.sluice.harness.tasks.TaskScore;
import dev.sluice.scorers.statistics.ConfidenceInterval;
import dev.sluice.scorers.statistics.Wilson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * What share of a task's items each variant gets right: {@code acc_norm} where a task has it, else
 * {@code acc}, as FinerCut's tables do.
 *
 * @param tasks in their order; those without an accuracy are left out
 * @param byVariant by the variant's name, one accuracy a task
 */
public record Accuracies(List<String> tasks, Map<String, List<Accuracy>> byVariant) {
  private static final double CONFIDENCE = 0.95;

  /** A share with its Wilson interval. */
  public record Accuracy(double value, ConfidenceInterval interval) {}

  /** The accuracies of an evaluation's results. */
  static Accuracies of(List<TaskResults.OfTask> results) {
    List<String> tasks = new ArrayList<>();
    Map<String, List<Accuracy>> byVariant = new LinkedHashMap<>();
    for (TaskResults.OfTask task : results) {
      boolean any = false;
      for (Map.Entry<String, TaskResults.OfVariant> variant : task.variants().entrySet()) {
        Optional<TaskScore> score = score(variant.getValue().scores());
        score.ifPresent(s ->
            byVariant.computeIfAbsent(variant.getKey(), v -> new ArrayList<>()).add(accuracy(s)));
        any |= score.isPresent();
      }
      if (any) {
        tasks.add(task.task());
      }
    }
    return new Accuracies(tasks, byVariant);
  }

  private static Optional<TaskScore> score(List<TaskScore> scores) {
    return scores.stream()
        .filter(s -> s.metric() == Metric.ACC_NORM)
        .findFirst()
        .or(() -> scores.stream().filter(s -> s.metric() == Metric.ACC).findFirst());
  }

  private static Accuracy accuracy(TaskScore score) {
    long right = Math.round(score.value() * score.documents());
    return new Accuracy(score.value(), Wilson.interval(right, score.documents(), CONFIDENCE));
  }

  /**
   * The mean over tasks, each counting once; the distances of its ends are the roots of the sums of the
   * tasks' squared ones (the MOVER rule, Zou and Donner 2008), so that none is empty. Empty for a variant
   * that was not asked.
   */
  public Optional<Accuracy> mean(String variant) {
    List<Accuracy> all = byVariant.getOrDefault(variant, List.of());
    if (all.isEmpty()) {
      return Optional.empty();
    }
    double mean = all.stream().mapToDouble(Accuracy::value).average().orElse(Double.NaN);
    double below = distance(all, a -> a.value() - a.interval().low());
    double above = distance(all, a -> a.interval().high() - a.value());
    return Optional.of(
        new Accuracy(
            mean,
            new ConfidenceInterval(
                Math.max(0, mean - below), Math.min(1, mean + above), CONFIDENCE)));
  }

  private static double distance(List<Accuracy> all, ToDoubleFunction<Accuracy> side) {
    return Math.sqrt(all.stream().mapToDouble(side).map(d -> d * d).sum()) / all.size();
  }
}
