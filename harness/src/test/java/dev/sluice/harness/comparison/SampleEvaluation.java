package dev.sluice.harness.comparison;

import dev.sluice.benchmarks.task.Item;
import dev.sluice.benchmarks.task.Metric;
import dev.sluice.benchmarks.task.RequestKind;
import dev.sluice.harness.answers.Answer;
import dev.sluice.harness.tasks.Evaluation;
import dev.sluice.harness.tasks.EvaluationReader;
import dev.sluice.harness.tasks.ScoredItem;
import dev.sluice.harness.tasks.ScoredTask;
import dev.sluice.harness.tasks.ScoredVariant;
import dev.sluice.harness.tasks.TaskResults;
import dev.sluice.harness.tasks.TaskTally;
import dev.sluice.harness.variant.Reduction;
import dev.sluice.harness.variant.Variant;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** An evaluation in memory, item by item as a test wants it. */
public final class SampleEvaluation implements EvaluationReader {
  private final String name;
  private final List<ScoredVariant> variants = new ArrayList<>();
  private final List<ScoredTask> tasks = new ArrayList<>();
  private final List<ScoredItem> items = new ArrayList<>();
  private String mode = "lm-eval";

  public SampleEvaluation(String name) {
    this.name = name;
  }

  SampleEvaluation mode(String other) {
    mode = other;
    return this;
  }

  /** A variant that saves a share of the parameters. */
  public SampleEvaluation variant(String label, String cuts, double parameters) {
    Variant variant = Variant.parse(cuts);
    double sublayers = variant.cuts().size() / 8.0;
    variants.add(
        new ScoredVariant(
            label,
            variant,
            4,
            new Reduction(sublayers, 0, parameters, parameters, sublayers),
            Map.of()));
    return this;
  }

  public SampleEvaluation choices(String task, int shots, String... groups) {
    tasks.add(
        new ScoredTask(
            task, "1.0", RequestKind.MULTIPLE_CHOICE, List.of(Metric.ACC), List.of(groups), shots));
    return this;
  }

  SampleEvaluation continuations(String task) {
    tasks.add(
        new ScoredTask(
            task,
            "1.0",
            RequestKind.LOGLIKELIHOOD,
            List.of(Metric.PERPLEXITY, Metric.ACC),
            List.of(),
            0));
    return this;
  }

  /** An item of two choices, the first of them right, of the task that was added last. */
  public SampleEvaluation item(long doc, double... margins) {
    List<Item.Request> requests =
        List.of(
            new Item.Request("question " + doc, " yes"),
            new Item.Request("question " + doc, " no"));
    Map<String, List<Answer>> answers = new LinkedHashMap<>();
    for (int i = 0; i < margins.length; i++) {
      answers.put(
          variants.get(i).name(),
          List.of(new Answer(-2 + margins[i], false, 0), new Answer(-2, false, 0)));
    }
    add(doc, requests, List.of("yes", "no"), answers);
    return this;
  }

  /** A continuation of the task that was added last; greedy where it is likelier than e^-1. */
  SampleEvaluation continuation(long doc, double... logLikelihoods) {
    Map<String, List<Answer>> answers = new LinkedHashMap<>();
    for (int i = 0; i < logLikelihoods.length; i++) {
      answers.put(
          variants.get(i).name(),
          List.of(new Answer(logLikelihoods[i], logLikelihoods[i] > -1, 0)));
    }
    add(doc, List.of(new Item.Request("story " + doc, " end")), List.of(), answers);
    return this;
  }

  private void add(
      long doc,
      List<Item.Request> requests,
      List<String> choices,
      Map<String, List<Answer>> answers) {
    items.add(
        new ScoredItem(
            tasks.size() - 1,
            doc,
            "row " + doc,
            requests,
            choices,
            0,
            new Item.TextSize(0, 0),
            requests.stream().map(r -> 1).toList(),
            answers));
  }

  @Override
  public Evaluation evaluation() {
    return new Evaluation(name, Instant.EPOCH, variants, tasks, Map.of("mode", mode));
  }

  @Override
  public Evaluation.End items(Consumer<ScoredItem> to) {
    items.forEach(to);
    return new Evaluation.End(
        IntStream.range(0, tasks.size()).mapToObj(this::result).toList(),
        new TaskResults.Cost(1, 2, 3));
  }

  private TaskResults.OfTask result(int place) {
    ScoredTask task = tasks.get(place);
    Map<String, TaskResults.OfVariant> found = new LinkedHashMap<>();
    for (ScoredVariant variant : variants) {
      TaskTally tally = new TaskTally(task, variant.name());
      items.stream()
          .filter(item -> item.task() == place && item.answers().containsKey(variant.name()))
          .forEach(tally::add);
      found.put(variant.name(), new TaskResults.OfVariant(tally.scores(), tally.nearTies()));
    }
    return new TaskResults.OfTask(task.name(), task.version(), task.shots(), 0, found);
  }
}
