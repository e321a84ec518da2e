package dev.sluice.harness.service;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.jobs.JobRunner;
import dev.sluice.harness.report.EventJson;
import dev.sluice.harness.report.JsonFragments;
import dev.sluice.harness.tasks.Evaluation;
import dev.sluice.harness.tasks.EvaluationListener;
import dev.sluice.harness.tasks.ScoredItem;
import dev.sluice.harness.tasks.ScoredTask;
import dev.sluice.harness.tasks.ScoredVariant;
import dev.sluice.harness.tasks.TaskScore;
import dev.sluice.harness.tasks.TaskTally;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** Tells a job's turn what happens in its evaluation. */
final class EvaluationTurn implements EvaluationListener {
  /** Running scores are taken this often at most. */
  private static final long EVERY_NANOS = 100_000_000L;

  private final JobRunner.Turn turn;
  private final String job;
  private final LongSupplier computed;
  private final OptionalLong expected;
  private final long start = System.nanoTime();
  private long next = start;
  private List<ScoredTask> tasks = List.of();
  private List<String> variants = List.of();
  private int task = -1;
  private Map<String, TaskTally> tallies = Map.of();
  private long items;
  private boolean advanced;

  /**
   * @param computed tells how many tokens had to be computed so far
   * @param expected items of all tasks
   */
  EvaluationTurn(JobRunner.Turn turn, String job, LongSupplier computed, OptionalLong expected) {
    this.turn = turn;
    this.job = job;
    this.computed = computed;
    this.expected = expected;
  }

  /** The beginning, encoded when it is sent. */
  static JobRunner.Durable durable(Evaluation evaluation) {
    List<String> variants = evaluation.variants().stream().map(ScoredVariant::name).toList();
    List<String> tasks = evaluation.tasks().stream().map(ScoredTask::name).toList();
    return new JobRunner.Durable(
        "started",
        () -> {
          ObjectNode node = EventJson.object().put("name", evaluation.name());
          variants.forEach(node.putArray("variants")::add);
          tasks.forEach(node.putArray("tasks")::add);
          return node.toString();
        });
  }

  /** The end, encoded when it is sent. */
  static JobRunner.Durable durable(Evaluation.End end) {
    return new JobRunner.Durable(
        "ended",
        () -> {
          ObjectNode node = EventJson.object();
          ArrayNode scores = node.putArray("scores");
          end.results()
              .forEach(task ->
                  task.variants()
                      .forEach((variant, found) ->
                          found.scores().forEach(s -> scores.add(score(variant, s)))));
          return node.put("seconds", end.cost().seconds())
              .put("tokensAsked", end.cost().tokensAsked())
              .put("tokensComputed", end.cost().tokensComputed())
              .toString();
        });
  }

  private static ObjectNode score(String variant, TaskScore score) {
    ObjectNode node = EventJson.object();
    node.put("task", score.task()).put("variant", variant).put("metric", score.metric().id());
    node.set("value", JsonFragments.number(score.value()));
    score.standardError().ifPresent(e -> node.set("standardError", JsonFragments.number(e)));
    return node.put("documents", score.documents());
  }

  @Override
  public void started(Evaluation evaluation) {
    tasks = evaluation.tasks();
    variants = evaluation.variants().stream().map(ScoredVariant::name).toList();
    turn.durable(durable(evaluation));
  }

  @Override
  public void answered(ScoredItem item) {
    items++;
    if (item.task() != task) {
      task = item.task();
      tallies = new LinkedHashMap<>();
      variants.forEach(name -> tallies.put(name, new TaskTally(tasks.get(task), name)));
      next = System.nanoTime();
    }
    tallies.values().forEach(tally -> tally.add(item));
    if (!advanced && computed.getAsLong() > 0) {
      advanced = true;
      turn.advanced();
    }
    if (System.nanoTime() - next >= 0) {
      next = System.nanoTime() + EVERY_NANOS;
      turn.progress(values());
    }
  }

  @Override
  public void note(String line) {
    turn.note(line);
  }

  @Override
  public void ended(Evaluation.End end) {
    turn.durable(durable(end));
    if (task >= 0) {
      turn.progress(values());
    }
  }

  private JobRunner.Progress values() {
    Map<String, List<TaskScore>> scores = new LinkedHashMap<>();
    tallies.forEach((variant, tally) -> scores.put(variant, tally.running()));
    Values values =
        new Values(
            job,
            tasks.get(task).name(),
            items,
            expected,
            (System.nanoTime() - start) / 1e9,
            scores);
    return new JobRunner.Progress(() -> values.brief().toString(), () -> values.full().toString());
  }

  /** {@code JobProgress} and {@code EvaluationProgress} of the contract. */
  private record Values(
      String job,
      String task,
      long items,
      OptionalLong expected,
      double seconds,
      Map<String, List<TaskScore>> scores) {

    ObjectNode brief() {
      ObjectNode node = EventJson.object().put("job", job);
      OptionalDouble share = share();
      share.ifPresent(s -> node.put("share", s));
      node.put("task", task).put("items", items);
      share.ifPresent(s -> node.put("secondsLeft", s <= 0 ? 0 : seconds * (1 - s) / s));
      return node;
    }

    /** More rows than the task's file tells may come. */
    private OptionalDouble share() {
      return expected.isPresent()
          ? OptionalDouble.of(Math.clamp((double) items / expected.getAsLong(), 0, 1))
          : OptionalDouble.empty();
    }

    ObjectNode full() {
      ObjectNode node = brief();
      ArrayNode array = node.putArray("scores");
      List<ObjectNode> nodes = new ArrayList<>();
      scores.forEach((variant, found) -> found.forEach(s -> nodes.add(score(variant, s))));
      array.addAll(nodes);
      return node;
    }
  }
}
