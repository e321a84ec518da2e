package dev.sluice.harness.documents;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.benchmarks.dataset.OnBadRow;
import dev.sluice.benchmarks.task.ScoringMode;
import dev.sluice.benchmarks.task.TaskLibrary;
import dev.sluice.harness.service.Inventory;
import dev.sluice.harness.service.Roots;
import dev.sluice.harness.session.TaskRequest;
import dev.sluice.scorers.PrerequisiteException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Models, texts and tasks that are here. Folders are looked at every few seconds at most. */
public final class InventoryDocuments {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Duration FRESH = Duration.ofSeconds(10);

  private final Roots roots;
  private final Map<String, String> environment;
  private final Clock clock;
  private final TaskLibrary library = TaskLibrary.shipped();
  private final StateCache<ObjectNode> lists = new StateCache<>(3);

  InventoryDocuments(Roots roots, Map<String, String> environment, Clock clock) {
    this.roots = roots;
    this.environment = environment;
    this.clock = clock;
  }

  private long now() {
    return clock.millis() / FRESH.toMillis();
  }

  /** Checkpoints; not to be changed. */
  public ObjectNode models() {
    return lists.get(
        "models",
        now(),
        () -> {
          ObjectNode node = JSON.objectNode();
          ArrayNode models = node.putArray("models");
          roots.models().forEach(model -> models.add(model(model)));
          return node;
        });
  }

  private static ObjectNode model(Inventory.Model model) {
    ObjectNode node = JSON.objectNode().put("name", model.name());
    model
        .config()
        .ifPresent(config ->
            node.put("family", config.family())
                .put("blocks", config.blocks())
                .put("hidden", config.hidden())
                .put("context", config.context())
                .put("bytes", model.bytes()));
    model.problem().ifPresent(problem -> node.put("problem", problem));
    return node;
  }

  /** Calibration texts; not to be changed. */
  public ObjectNode texts() {
    return lists.get(
        "texts",
        now(),
        () -> {
          ObjectNode node = JSON.objectNode();
          ArrayNode texts = node.putArray("texts");
          roots
              .texts()
              .forEach(
                  text -> texts.addObject().put("name", text.name()).put("bytes", text.bytes()));
          return node;
        });
  }

  /** Tasks, groups and presets; not to be changed. */
  public ObjectNode tasks() {
    return lists.get("tasks", now(), this::listed);
  }

  private ObjectNode listed() {
    Map<String, Boolean> available = new LinkedHashMap<>();
    library.taskNames().forEach(name -> available.put(name, isHere(name)));
    ObjectNode node = JSON.objectNode();
    ArrayNode tasks = node.putArray("tasks");
    available.forEach((name, here) -> tasks.add(task(name, "task", here)));
    for (String name : library.setNames()) {
      List<TaskLibrary.Run> runs = library.find(name);
      boolean here = runs.stream().allMatch(r -> available.getOrDefault(r.task().name(), false));
      boolean group = runs.stream().allMatch(r -> r.task().groups().contains(name));
      ObjectNode set = task(name, group ? "group" : "preset", here);
      runs.stream().mapToInt(TaskLibrary.Run::shots).max().ifPresent(n -> set.put("shots", n));
      tasks.add(set);
    }
    return node;
  }

  private static ObjectNode task(String name, String kind, boolean here) {
    return JSON.objectNode().put("name", name).put("kind", kind).put("available", here);
  }

  /** Whether a request without places would find its data. */
  private boolean isHere(String task) {
    TaskRequest request =
        new TaskRequest(
            List.of(task),
            List.of(),
            new TaskRequest.Places(List.of(), List.of()),
            new TaskRequest.Asking(
                ScoringMode.LM_EVAL, OptionalInt.empty(), Optional.empty(), OnBadRow.FAIL));
    try {
      return !request.sources(environment).isEmpty();
    } catch (PrerequisiteException e) {
      return false;
    }
  }
}
