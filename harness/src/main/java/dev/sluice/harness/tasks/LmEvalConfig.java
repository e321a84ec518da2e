package dev.sluice.harness.tasks;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.benchmarks.task.FewShot;
import dev.sluice.benchmarks.task.FieldTemplate;
import dev.sluice.benchmarks.task.Gold;
import dev.sluice.benchmarks.task.Metric;
import dev.sluice.benchmarks.task.Prompting;
import dev.sluice.benchmarks.task.Question;
import dev.sluice.benchmarks.task.Task;
import java.util.List;

/** A task as the {@code configs} of lm-evaluation-harness's results show it. */
final class LmEvalConfig {
  private final Task task;
  private final int shots;
  private final Prompting wording;
  private final ObjectNode json = JsonNodeFactory.instance.objectNode();

  LmEvalConfig(TaskEvaluation.Source source) {
    this.task = source.task();
    this.shots = source.shots();
    this.wording = task.prompting(source.items().mode());
  }

  /** The fields that viewers read, with templates as the task file has them. */
  ObjectNode json() {
    json.put("task", task.name()).put("dataset_path", task.source().dataset());
    if (!task.source().config().isEmpty()) {
      json.put("dataset_name", task.source().config());
    }
    String split = task.source().split();
    json.put(split.equals("validation") ? "validation_split" : "test_split", split);
    task.shots().map(FewShot::split).ifPresent(pool -> json.put("fewshot_split", pool));
    question();
    json.put("description", wording.preamble())
        .put("target_delimiter", wording.delimiter())
        .put("fewshot_delimiter", Prompting.SHOT_DELIMITER)
        .put("num_fewshot", shots);
    metrics(json.putArray("metric_list"));
    json.put("output_type", outputType()).put("repeats", 1).put("should_decontaminate", false);
    json.putObject("metadata").put("version", task.version()).put("licence", task.licence());
    return json;
  }

  private void question() {
    switch (wording.question()) {
      case Question.Choice(FieldTemplate context, Question.Choices choices) -> {
        json.put("doc_to_text", context.toString());
        gold();
        if (choices.field().isEmpty()) {
          templates("doc_to_choice", choices.templates());
        } else {
          json.put("doc_to_choice", "{" + choices.field() + "}");
        }
      }
      case Question.Input(List<FieldTemplate> contexts, FieldTemplate continuation) -> {
        gold();
        templates("doc_to_choice", contexts);
        json.put("doc_to_target", continuation.toString());
      }
      case Question.Completion(FieldTemplate context, FieldTemplate continuation) ->
          text(context.toString(), continuation);
      case Question.Page(FieldTemplate page, FieldTemplate _) -> text("", page);
      case Question.Corpus(FieldTemplate line, Question.Windows windows) -> {
        text("", line);
        json.putObject("windows")
            .put("convention", windows.convention().id())
            .put("length", windows.length())
            .put("join", windows.join());
      }
    }
  }

  private void text(String context, FieldTemplate target) {
    json.put("doc_to_text", context).put("doc_to_target", target.toString());
  }

  /** Where the index of the right choice stands: in the text's place where contexts are the choices. */
  private void gold() {
    Gold gold = task.gold();
    if (gold != null) {
      json.put(json.has("doc_to_text") ? "doc_to_target" : "doc_to_text", "{" + gold.field() + "}");
    }
  }

  private void templates(String key, List<FieldTemplate> templates) {
    ArrayNode list = json.putArray(key);
    templates.forEach(template -> list.add(template.toString()));
  }

  private void metrics(ArrayNode list) {
    for (Metric metric : task.metrics()) {
      list.addObject()
          .put("metric", metric.id())
          .put("aggregation", aggregation(metric))
          .put("higher_is_better", metric.higherIsBetter());
    }
  }

  private static String aggregation(Metric metric) {
    return switch (metric) {
      case ACC, ACC_NORM -> "mean";
      case PERPLEXITY -> "perplexity";
      case TOKEN_PERPLEXITY, WORD_PERPLEXITY, BYTE_PERPLEXITY -> "weighted_perplexity";
      case BITS_PER_BYTE -> "bits_per_byte";
    };
  }

  private String outputType() {
    return switch (task.request()) {
      case ROLLING, CORPUS -> "loglikelihood_rolling";
      case GENERATE -> "generate_until";
      case MULTIPLE_CHOICE, LOGLIKELIHOOD -> task.request().id();
    };
  }
}
