package dev.sluice.harness.tasks;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was evaluated, without its items.
 *
 * @param name under which it is kept
 * @param variants in the user's order; the first is what the others are held against
 * @param tasks in their order
 * @param provenance what the numbers depend on, by name
 */
public record Evaluation(
    String name,
    Instant started,
    List<ScoredVariant> variants,
    List<ScoredTask> tasks,
    Map<String, String> provenance) {
  public Evaluation {
    variants = List.copyOf(variants);
    tasks = List.copyOf(tasks);
    provenance = Collections.unmodifiableMap(new LinkedHashMap<>(provenance));
  }

  /**
   * How it ended.
   *
   * @param results of each task in their order, without groups
   */
  public record End(List<TaskResults.OfTask> results, TaskResults.Cost cost) {
    public End {
      results = List.copyOf(results);
    }
  }
}
