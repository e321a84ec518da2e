package dev.sluice.harness.comparison;

import dev.sluice.benchmarks.task.Metric;
import dev.sluice.harness.comparison.Comparison.Overall;
import dev.sluice.harness.tasks.ScoredVariant;
import dev.sluice.harness.tasks.TaskResults;
import dev.sluice.harness.tasks.TaskScore;
import dev.sluice.scorers.statistics.SampleError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** The mean over tasks of each variant, what it retains of the baseline's, and who is beaten by none. */
final class Overview {
  private final List<ScoredVariant> variants;
  private final Map<String, Mean> means = new LinkedHashMap<>();

  /** One score a task; all of them are shares of right answers. */
  private record Mean(List<TaskScore> scores) {
    private OptionalDouble value() {
      return scores.stream().mapToDouble(TaskScore::value).average();
    }

    private OptionalDouble error() {
      return scores.isEmpty() || scores.stream().anyMatch(s -> s.standardError().isEmpty())
          ? OptionalDouble.empty()
          : OptionalDouble.of(
              SampleError.ofEqualTasks(
                  scores.stream().mapToDouble(s -> s.standardError().getAsDouble()).toArray()));
    }
  }

  private Overview(List<ScoredVariant> variants, List<Unit> units, List<TaskResults.OfTask> tasks) {
    this.variants = variants;
    List<Unit> shared =
        units.stream()
            .filter(unit -> unit.headline().isPresent())
            .filter(unit -> variants.stream().allMatch(v -> unit.asked(v.name())))
            .toList();
    for (ScoredVariant variant : variants) {
      List<TaskScore> scores = new ArrayList<>();
      shared.forEach(unit -> scores.add(headline(unit, variant, tasks)));
      means.put(variant.name(), new Mean(scores));
    }
  }

  /** One entry for each variant, in their order. */
  static List<Overall> of(
      List<ScoredVariant> variants, List<Unit> units, List<TaskResults.OfTask> tasks) {
    Overview overview = new Overview(variants, units, tasks);
    return variants.stream().map(overview::overall).toList();
  }

  private static TaskScore headline(
      Unit unit, ScoredVariant variant, List<TaskResults.OfTask> tasks) {
    Metric metric = unit.headline().flatMap(Measured::metric).orElseThrow();
    return tasks.stream()
        .filter(task -> task.task().equals(unit.name()))
        .flatMap(task -> task.variants().getOrDefault(variant.name(), NONE).scores().stream())
        .filter(score -> score.metric() == metric)
        .findFirst()
        .orElseThrow();
  }

  private static final TaskResults.OfVariant NONE = new TaskResults.OfVariant(List.of(), 0);

  private Overall overall(ScoredVariant variant) {
    Mean mean = mean(variant);
    OptionalDouble baseline = mean(variants.getFirst()).value();
    OptionalDouble retained =
        mean.value().isPresent() && baseline.orElse(0) > 0
            ? OptionalDouble.of(mean.value().getAsDouble() / baseline.getAsDouble())
            : OptionalDouble.empty();
    return new Overall(
        variant.name(),
        mean.scores.size(),
        mean.value(),
        mean.error(),
        retained,
        mean.value().isPresent() && variants.stream().noneMatch(other -> beats(other, variant)));
  }

  private Mean mean(ScoredVariant variant) {
    return means.getOrDefault(variant.name(), new Mean(List.of()));
  }

  /** Whether one is at least as good and as small as another, and better in one of them. */
  private boolean beats(ScoredVariant one, ScoredVariant other) {
    double quality = mean(one).value().orElse(0) - mean(other).value().orElse(0);
    double saved = one.reduction().parameters() - other.reduction().parameters();
    return quality >= 0 && saved >= 0 && (quality > 0 || saved > 0);
  }
}
