package dev.sluice.harness.tasks;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** An evaluation as one JSON object. */
public final class TaskJson {
  private TaskJson() {}

  /**
   * {@code variants} (name, cuts), {@code tasks} (task, version, shots, skipped, variants: scores with
   * metric, value, standard error, documents; near ties), {@code cost}, {@code
   * provenance}.
   */
  public static ObjectNode of(TaskResults results) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode variants = json.putArray("variants");
    results
        .variants()
        .forEach((name, variant) -> {
          ObjectNode node = variants.addObject().put("name", name);
          ArrayNode cuts = node.putArray("cuts");
          variant.cuts().forEach(cut -> cuts.add(cut.toString()));
        });
    ArrayNode tasks = json.putArray("tasks");
    results.tasks().forEach(task -> tasks.add(task(task)));
    json.putObject("cost")
        .put("seconds", results.cost().seconds())
        .put("tokensAsked", results.cost().tokensAsked())
        .put("tokensComputed", results.cost().tokensComputed());
    ObjectNode provenance = json.putObject("provenance");
    results.provenance().forEach(provenance::put);
    return json;
  }

  private static ObjectNode task(TaskResults.OfTask task) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("task", task.task())
        .put("version", task.version())
        .put("shots", task.shots())
        .put("skipped", task.skipped());
    ObjectNode variants = node.putObject("variants");
    task.variants()
        .forEach((name, found) -> {
          ObjectNode variant = variants.putObject(name).put("nearTies", found.nearTies());
          ArrayNode scores = variant.putArray("scores");
          found.scores().forEach(score -> scores.add(score(score)));
        });
    return node;
  }

  private static ObjectNode score(TaskScore score) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("metric", score.metric().id()).put("value", score.value());
    score.standardError().ifPresent(error -> node.put("standardError", error));
    return node.put("documents", score.documents());
  }
}
