package dev.sluice.harness.comparison;

import dev.sluice.harness.tasks.Evaluation;
import dev.sluice.harness.tasks.EvaluationReader;
import dev.sluice.harness.tasks.ScoredTask;
import dev.sluice.harness.tasks.TaskGroups;
import dev.sluice.harness.tasks.TaskResults;
import dev.sluice.scorers.PrerequisiteException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The items of several evaluations, lined up by task and document. */
final class LinedUp {
  private final List<Entry> entries;
  private final Map<String, TaskOutcomes> tasks = new LinkedHashMap<>();

  LinedUp(List<Entry> entries) {
    this.entries = entries;
    requireOneMode();
    readers().forEach(this::read);
  }

  private Set<EvaluationReader> readers() {
    return entries.stream()
        .map(Entry::evaluation)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private void requireOneMode() {
    Set<String> modes =
        readers().stream()
            .map(r -> r.evaluation().provenance().getOrDefault("mode", ""))
            .collect(Collectors.toCollection(LinkedHashSet::new));
    if (modes.size() > 1) {
      throw new PrerequisiteException(
          "compare: evaluations in modes "
              + String.join(" and ", modes)
              + " ask different texts: evaluate both with the same --mode");
    }
  }

  private void read(EvaluationReader reader) {
    Evaluation evaluation = reader.evaluation();
    List<TaskOutcomes> places = evaluation.tasks().stream().map(this::place).toList();
    List<Entry> asked = entries.stream().filter(e -> e.evaluation() == reader).toList();
    Evaluation.End end =
        reader.items(item -> asked.forEach(entry -> places.get(item.task()).add(entry, item)));
    for (int i = 0; i < places.size(); i++) {
      TaskOutcomes place = places.get(i);
      TaskResults.OfTask result = end.results().get(i);
      asked.forEach(entry -> place.add(entry, result));
    }
  }

  private TaskOutcomes place(ScoredTask task) {
    TaskOutcomes place = tasks.computeIfAbsent(task.name(), n -> new TaskOutcomes(task));
    ScoredTask known = place.task();
    if (known.shots() != task.shots() || !known.version().equals(task.version())) {
      throw new PrerequisiteException(
          "task %s was asked with %d shots in version %s and with %d shots in version %s: evaluate both alike"
              .formatted(
                  task.name(), known.shots(), known.version(), task.shots(), task.version()));
    }
    return place;
  }

  List<Entry> entries() {
    return entries;
  }

  List<TaskOutcomes> tasks() {
    return List.copyOf(tasks.values());
  }

  /** Scores of single tasks, then of their groups. */
  List<TaskResults.OfTask> results() {
    List<TaskResults.OfTask> results =
        new ArrayList<>(tasks.values().stream().map(TaskOutcomes::result).toList());
    results.addAll(
        TaskGroups.of(tasks.values().stream().map(TaskOutcomes::task).toList(), results));
    return results;
  }

  /** By the name of what stands for itself, its parts: a task itself, or the tasks of a group. */
  Map<String, List<TaskOutcomes>> units() {
    Map<String, Long> sizes =
        tasks.values().stream()
            .filter(t -> !t.task().groups().isEmpty())
            .collect(Collectors.groupingBy(LinedUp::widest, Collectors.counting()));
    Map<String, List<TaskOutcomes>> units = new LinkedHashMap<>();
    for (TaskOutcomes task : tasks.values()) {
      boolean part = !task.task().groups().isEmpty() && sizes.getOrDefault(widest(task), 0L) > 1;
      units
          .computeIfAbsent(part ? widest(task) : task.task().name(), n -> new ArrayList<>())
          .add(task);
    }
    return units;
  }

  private static String widest(TaskOutcomes task) {
    return task.task().groups().getFirst();
  }
}
