package dev.sluice.harness.tasks;

import dev.sluice.harness.variant.Variant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an evaluation found.
 *
 * @param variants by the names that the user gave, in their order
 * @param tasks in their order
 * @param provenance what the numbers depend on, by name
 */
public record TaskResults(
    Map<String, Variant> variants, List<OfTask> tasks, Cost cost, Map<String, String> provenance) {

  public TaskResults {
    variants = Collections.unmodifiableMap(new LinkedHashMap<>(variants));
    tasks = List.copyOf(tasks);
    provenance = Collections.unmodifiableMap(new LinkedHashMap<>(provenance));
  }

  /**
   * One task.
   *
   * @param skipped rows that could not be used
   * @param variants by name
   */
  public record OfTask(
      String task, String version, int shots, long skipped, Map<String, OfVariant> variants) {
    public OfTask {
      variants = Collections.unmodifiableMap(new LinkedHashMap<>(variants));
    }
  }

  /**
   * One variant on one task.
   *
   * @param nearTies items that rounding may decide
   */
  public record OfVariant(List<TaskScore> scores, long nearTies) {
    public OfVariant {
      scores = List.copyOf(scores);
    }
  }

  /**
   * What it took.
   *
   * @param tokensAsked that a request-by-request evaluation would have computed
   * @param tokensComputed that were computed; 0 where every answer was known
   */
  public record Cost(double seconds, long tokensAsked, long tokensComputed) {}
}
