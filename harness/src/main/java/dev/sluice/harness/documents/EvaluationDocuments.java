package dev.sluice.harness.documents;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.report.JsonFragments;
import dev.sluice.harness.tasks.Evaluation;
import dev.sluice.harness.tasks.EvaluationReader;
import dev.sluice.harness.tasks.ScoredVariant;
import dev.sluice.harness.tasks.TaskGroups;
import dev.sluice.harness.tasks.TaskResults;
import dev.sluice.harness.tasks.TaskScore;
import dev.sluice.scorers.PrerequisiteException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What evaluations found, also those of the command line. Safe for several threads. */
public final class EvaluationDocuments {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int MOST_SUMMARIES = 2000;
  private static final int MOST_SCORES = 50;

  private final JournalFolder journals;
  private final StateCache<ObjectNode> summaries = new StateCache<>(MOST_SUMMARIES);
  private final StateCache<ObjectNode> scores = new StateCache<>(MOST_SCORES);

  EvaluationDocuments(JournalFolder journals) {
    this.journals = journals;
  }

  /** A page of all that have ended, the latest first. */
  public Page list(int offset, int limit) {
    List<ObjectNode> all =
        journals.evaluations().stream()
            .map(this::listed)
            .flatMap(Optional::stream)
            .sorted(
                Comparator.comparing((ObjectNode n) -> n.path("started").asText())
                    .reversed()
                    .thenComparing(n -> n.path("name").asText()))
            .toList();
    return Page.of(all, offset, limit);
  }

  /** Empty for one that was removed since it was listed, or whose file no evaluation could name. */
  private Optional<ObjectNode> listed(String name) {
    return stamp(name).map(stamp -> summaries.get(name, stamp, () -> readable(name)));
  }

  private ObjectNode readable(String name) {
    try {
      return summary(journals.evaluation(name).evaluation());
    } catch (PrerequisiteException e) {
      return JSON.objectNode()
          .put("name", name)
          .put("problem", journals.withoutPlace(String.valueOf(e.getMessage())));
    }
  }

  /** One evaluation with its scores; the caller's own. */
  public ObjectNode evaluation(String name) {
    return scores.get(name, require(name), () -> scored(reader(name))).deepCopy();
  }

  /** The state of an evaluation that must be there. */
  String require(String name) {
    return stamp(name)
        .orElseThrow(() ->
            new NoSuchDocumentException(
                "no evaluation '"
                    + name
                    + "' that has ended: /api/v1/evaluations lists those that are there"));
  }

  private Optional<String> stamp(String name) {
    try {
      return journals.evaluationStamp(name);
    } catch (PrerequisiteException e) {
      return Optional.empty();
    }
  }

  /** An evaluation, opened. */
  EvaluationReader reader(String name) {
    try {
      return journals.evaluation(name);
    } catch (PrerequisiteException e) {
      throw new PrerequisiteException(journals.withoutPlace(String.valueOf(e.getMessage())), e);
    }
  }

  private static ObjectNode summary(Evaluation evaluation) {
    ObjectNode node = JSON.objectNode();
    node.put("name", evaluation.name());
    node.put("started", evaluation.started().toString());
    String model = evaluation.provenance().get("model");
    if (model != null) {
      node.put("model", model);
    }
    ArrayNode variants = node.putArray("variants");
    evaluation.variants().forEach(variant -> variants.add(variant(variant)));
    ArrayNode tasks = node.putArray("tasks");
    evaluation.tasks().forEach(task -> tasks.add(task.name()));
    return node;
  }

  private static ObjectNode variant(ScoredVariant variant) {
    ObjectNode node = JSON.objectNode().put("name", variant.name()).put("blocks", variant.blocks());
    node.set("cuts", JsonFragments.names(variant.variant().cuts()));
    node.set("reduction", JsonFragments.reduction(variant.reduction()));
    ObjectNode searched = node.putObject("searched");
    variant
        .searched()
        .forEach((measure, mean) -> searched.set(measure, JsonFragments.number(mean)));
    return node;
  }

  private static ObjectNode scored(EvaluationReader reader) {
    Evaluation evaluation = reader.evaluation();
    ObjectNode node = summary(evaluation);
    Evaluation.End end = reader.items(item -> {});
    List<TaskResults.OfTask> results = new ArrayList<>(end.results());
    results.addAll(TaskGroups.of(evaluation.tasks(), end.results()));
    ArrayNode list = node.putArray("scores");
    for (TaskResults.OfTask task : results) {
      task.variants()
          .forEach((variant, found) ->
              found.scores().forEach(score -> list.add(score(task.task(), variant, score))));
    }
    ObjectNode provenance = node.putObject("provenance");
    evaluation.provenance().forEach(provenance::put);
    return node;
  }

  private static ObjectNode score(String task, String variant, TaskScore score) {
    ObjectNode node = JSON.objectNode().put("task", task).put("variant", variant);
    node.put("metric", score.metric().id());
    node.set("value", JsonFragments.number(score.value()));
    score.standardError().ifPresent(e -> node.set("standardError", JsonFragments.number(e)));
    return node.put("documents", score.documents());
  }
}
