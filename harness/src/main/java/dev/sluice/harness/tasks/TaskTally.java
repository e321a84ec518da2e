package dev.sluice.harness.tasks;

import dev.sluice.benchmarks.task.Metric;
import dev.sluice.benchmarks.task.RequestKind;
import dev.sluice.scorers.statistics.RunningMoments;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * One variant's scores on one task while items come in. Not safe for use by several threads at once.
 */
public final class TaskTally {
  /** Two choices nearer than this may change places by rounding, nats. */
  public static final double NEAR_TIE = 1e-3;

  private final ScoredTask task;
  private final String variant;
  private final Map<Metric, RunningMoments> moments = new EnumMap<>(Metric.class);
  private final List<Double> logLikelihoods = new ArrayList<>();
  private double logLikelihood;
  private double squares;
  private long tokens;
  private long words;
  private long bytes;
  private long documents;
  private long nearTies;

  public TaskTally(ScoredTask task, String variant) {
    this.task = task;
    this.variant = variant;
    task.metrics().forEach(metric -> moments.put(metric, new RunningMoments()));
  }

  /** Take in the variant's answers to one item of the task. */
  public void add(ScoredItem item) {
    documents++;
    for (Metric metric : task.metrics()) {
      switch (metric) {
        case ACC, ACC_NORM ->
            running(metric).add(item.right(task.request(), metric, variant) ? 1 : 0);
        case PERPLEXITY -> logLikelihoods.add(item.logLikelihood(variant));
        case TOKEN_PERPLEXITY, WORD_PERPLEXITY, BYTE_PERPLEXITY, BITS_PER_BYTE -> {
          // Of the sums below.
        }
      }
    }
    logLikelihood += item.logLikelihood(variant);
    tokens += item.scoredTokens();
    squares += item.squares(variant);
    words += item.size().words();
    bytes += item.size().bytes();
    boolean choice = task.request() == RequestKind.MULTIPLE_CHOICE;
    nearTies += choice && item.choices(variant).margin() < NEAR_TIE ? 1 : 0;
  }

  /** The scores so far, in the task's order of metrics; none before the first item. */
  public List<TaskScore> scores() {
    return documents == 0 ? List.of() : task.metrics().stream().map(this::score).toList();
  }

  /** As {@link #scores()}, at no cost: without the errors for which is drawn. */
  public List<TaskScore> running() {
    return documents == 0
        ? List.of()
        : task.metrics().stream()
            .map(m ->
                m == Metric.PERPLEXITY ? score(m, Math.exp(-logLikelihood / documents)) : score(m))
            .toList();
  }

  private TaskScore score(Metric metric) {
    return switch (metric) {
      case ACC, ACC_NORM -> mean(metric);
      case PERPLEXITY -> perplexity();
      case TOKEN_PERPLEXITY -> tokenPerplexity();
      case WORD_PERPLEXITY -> score(metric, Math.exp(-logLikelihood / words));
      case BYTE_PERPLEXITY -> score(metric, Math.exp(-logLikelihood / bytes));
      case BITS_PER_BYTE -> score(metric, -logLikelihood / bytes / Math.log(2));
    };
  }

  private TaskScore perplexity() {
    PerplexityBootstrap bootstrap =
        new PerplexityBootstrap(logLikelihoods.stream().mapToDouble(Double::doubleValue).toArray());
    return new TaskScore(
        task.name(),
        Metric.PERPLEXITY,
        bootstrap.perplexity(),
        documents < 2 ? OptionalDouble.empty() : OptionalDouble.of(bootstrap.standardError()),
        documents);
  }

  /** The error as llama.cpp prints it: tokens are taken for independent of one another. */
  private TaskScore tokenPerplexity() {
    double mean = -logLikelihood / tokens;
    double variance = (squares / tokens - mean * mean) / (tokens - 1);
    double value = Math.exp(mean);
    boolean known = tokens > 1 && variance >= 0;
    return new TaskScore(
        task.name(),
        Metric.TOKEN_PERPLEXITY,
        value,
        known ? OptionalDouble.of(value * Math.sqrt(variance)) : OptionalDouble.empty(),
        documents);
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

  public long documents() {
    return documents;
  }

  /** Items whose best two choices are within {@value #NEAR_TIE} nats. */
  public long nearTies() {
    return nearTies;
  }
}
