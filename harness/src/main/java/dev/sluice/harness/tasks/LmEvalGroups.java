package dev.sluice.harness.tasks;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The groups of an evaluation as lm-evaluation-harness's results show them, for one variant. */
final class LmEvalGroups {
  private final Map<String, Set<String>> members = new LinkedHashMap<>();
  private final ObjectNode groups = JsonNodeFactory.instance.objectNode();

  /**
   * @param results of the tasks and of those groups that have several of them
   */
  LmEvalGroups(List<TaskEvaluation.Source> sources, List<TaskResults.OfTask> results) {
    Set<String> known = results.stream().map(TaskResults.OfTask::task).collect(Collectors.toSet());
    for (TaskEvaluation.Source source : sources) {
      List<String> path =
          source.task().groups().stream().filter(known::contains).collect(Collectors.toList());
      path.add(source.task().name());
      for (int i = 0; i + 1 < path.size(); i++) {
        members.computeIfAbsent(path.get(i), g -> new LinkedHashSet<>()).add(path.get(i + 1));
      }
    }
  }

  boolean isGroup(String name) {
    return members.containsKey(name);
  }

  /** Note a group's scores, and give them the counts that groups have. */
  void add(String name, ObjectNode scores, TaskResults.OfVariant found) {
    ObjectNode counts = scores.putObject("sample_count");
    found.scores().forEach(score -> counts.put(score.metric().id() + ",none", score.documents()));
    groups.set(name, scores);
  }

  /** {@code groups}, which is left out where there are none, and {@code group_subtasks}. */
  void write(ObjectNode json) {
    if (!groups.isEmpty()) {
      json.set("groups", groups);
    }
    ObjectNode subtasks = json.putObject("group_subtasks");
    members.forEach((group, names) -> {
      ArrayNode list = subtasks.putArray(group);
      names.forEach(list::add);
    });
  }
}
