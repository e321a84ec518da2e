package dev.sluice.harness.tasks;

import dev.sluice.benchmarks.task.Item;
import dev.sluice.benchmarks.task.Metric;
import dev.sluice.benchmarks.task.Task;
import dev.sluice.harness.answers.Answer;
import dev.sluice.scorers.ChoiceScores;
import dev.sluice.scorers.statistics.RunningMoments;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * One variant's scores on one task while answers come in. Not safe for use by several threads at
 * once.
 */
public final class TaskTally {
  private final Task task;
  private final Map<Metric, RunningMoments> moments = new EnumMap<>(Metric.class);
  private final List<Boolean> right = new ArrayList<>();
  private double logLikelihood;
  private long words;
  private long bytes;
  private long documents;
  private long nearTies;

  /** Two choices nearer than this may change places by rounding, nats. */
  public static final double NEAR_TIE = 1e-3;

  public TaskTally(Task task) {
    this.task = task;
    task.metrics().forEach(metric -> moments.put(metric, new RunningMoments()));
  }

  /** Take in the answers to one item. */
  public void add(Item item, List<Answer> answers) {
    documents++;
    switch (task.request()) {
      case MULTIPLE_CHOICE -> choice(item, answers);
      case LOGLIKELIHOOD -> continuation(answers.getFirst());
      case ROLLING -> page(item, answers);
      case GENERATE -> throw new IllegalArgumentException(task.name() + " is generated");
    }
  }

  private void choice(Item item, List<Answer> answers) {
    ChoiceScores scores = scores(item, answers);
    answered(scores.best() == item.gold());
    note(Metric.ACC_NORM, scores.bestByLength() == item.gold() ? 1 : 0);
    nearTies += scores.margin() < NEAR_TIE ? 1 : 0;
  }

  /** The choices of an item as a variant scores them. */
  public static ChoiceScores scores(Item item, List<Answer> answers) {
    return new ChoiceScores(
        answers.stream().map(Answer::logLikelihood).toList(),
        item.choices().stream().map(c -> c.codePointCount(0, c.length())).toList());
  }

  private void continuation(Answer answer) {
    answered(answer.greedy());
    note(Metric.PERPLEXITY, answer.logLikelihood());
  }

  private void page(Item item, List<Answer> windows) {
    logLikelihood += windows.stream().mapToDouble(Answer::logLikelihood).sum();
    words += item.size().words();
    bytes += item.size().bytes();
  }

  private void answered(boolean correctly) {
    right.add(correctly);
    note(Metric.ACC, correctly ? 1 : 0);
  }

  private void note(Metric metric, double value) {
    RunningMoments running = moments.get(metric);
    if (running != null) {
      running.add(value);
    }
  }

  /** The scores so far, in the task's order of metrics; none before the first item. */
  public List<TaskScore> scores() {
    return documents == 0 ? List.of() : task.metrics().stream().map(this::score).toList();
  }

  private TaskScore score(Metric metric) {
    return switch (metric) {
      case ACC, ACC_NORM -> mean(metric);
      case PERPLEXITY -> score(metric, Math.exp(-running(metric).mean()));
      case WORD_PERPLEXITY -> score(metric, Math.exp(-logLikelihood / words));
      case BYTE_PERPLEXITY -> score(metric, Math.exp(-logLikelihood / bytes));
      case BITS_PER_BYTE -> score(metric, -logLikelihood / bytes / Math.log(2));
    };
  }

  private RunningMoments running(Metric metric) {
    RunningMoments running = moments.get(metric);
    if (running == null) {
      throw new IllegalStateException(task.name() + " has no " + metric.id());
    }
    return running;
  }

  private TaskScore mean(Metric metric) {
    RunningMoments running = running(metric);
    OptionalDouble error =
        running.count() < 2 ? OptionalDouble.empty() : OptionalDouble.of(running.standardError());
    return new TaskScore(task.name(), metric, running.mean(), error, documents);
  }

  private TaskScore score(Metric metric, double value) {
    return new TaskScore(task.name(), metric, value, OptionalDouble.empty(), documents);
  }

  /** Which items were answered right, in their order; empty for rolling tasks. */
  List<Boolean> right() {
    return List.copyOf(right);
  }

  public long documents() {
    return documents;
  }

  /** Items whose best two choices are within {@value #NEAR_TIE} nats. */
  public long nearTies() {
    return nearTies;
  }
}
