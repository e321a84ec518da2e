package dev.sluice.harness.comparison;

import dev.sluice.harness.tasks.ScoredItem;
import dev.sluice.harness.tasks.ScoredTask;
import dev.sluice.harness.tasks.TaskResults;
import dev.sluice.scorers.PrerequisiteException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How all variants that were asked did on the items of one task. */
final class TaskOutcomes {
  private final ScoredTask task;
  private final Map<Long, String> digests = new HashMap<>();
  private final Map<String, Map<Long, Outcome>> byVariant = new LinkedHashMap<>();
  private final Map<String, TaskResults.OfVariant> scores = new LinkedHashMap<>();
  private long skipped;

  TaskOutcomes(ScoredTask task) {
    this.task = task;
  }

  ScoredTask task() {
    return task;
  }

  /** Take in what a variant answered. */
  void add(Entry entry, ScoredItem item) {
    requireSameRow(entry, item);
    String name = entry.variant().name();
    byVariant
        .computeIfAbsent(entry.label(), l -> new LinkedHashMap<>())
        .put(item.docId(), Outcome.of(task, item, name));
  }

  private void requireSameRow(Entry entry, ScoredItem item) {
    String before = digests.putIfAbsent(item.docId(), item.digest());
    if (before != null && !before.equals(item.digest())) {
      throw new PrerequisiteException(
          "task %s: document %d of %s is not the row that it is elsewhere: the data differ. Evaluate both on the same files"
              .formatted(task.name(), item.docId(), entry.label()));
    }
  }

  /** Take in what a variant scored. */
  void add(Entry entry, TaskResults.OfTask result) {
    TaskResults.OfVariant found = result.variants().get(entry.variant().name());
    if (found != null && !found.scores().isEmpty()) {
      scores.put(entry.label(), found);
      skipped = Math.max(skipped, result.skipped());
    }
  }

  boolean asked(String label) {
    return byVariant.containsKey(label);
  }

  /** Items of a variant. */
  int items(String label) {
    return byVariant.getOrDefault(label, Map.of()).size();
  }

  /** The scores of every variant that was asked. */
  TaskResults.OfTask result() {
    return new TaskResults.OfTask(task.name(), task.version(), task.shots(), skipped, scores);
  }

  /** Documents that both were asked, in the first's order. */
  List<Long> common(String first, String second) {
    Map<Long, Outcome> other = byVariant.getOrDefault(second, Map.of());
    List<Long> common = new ArrayList<>(byVariant.getOrDefault(first, Map.of()).keySet());
    common.removeIf(doc -> !other.containsKey(doc));
    return common;
  }

  /** Whether a variant was asked a document. */
  boolean has(String label, long doc) {
    return byVariant.getOrDefault(label, Map.of()).containsKey(doc);
  }

  /** How a variant did on a document that it was asked. */
  Outcome of(String label, long doc) {
    Outcome outcome = byVariant.getOrDefault(label, Map.of()).get(doc);
    if (outcome == null) {
      throw new IllegalArgumentException(label + " was not asked document " + doc);
    }
    return outcome;
  }
}
