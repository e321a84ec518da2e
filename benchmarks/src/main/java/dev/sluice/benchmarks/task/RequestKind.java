package dev.sluice.benchmarks.task;

import java.util.Locale;
import java.util.Set;

/** What a model does with a task's texts. */
public enum RequestKind {
  /** Scores every choice; the likeliest is its answer. */
  MULTIPLE_CHOICE,
  /** Scores one continuation. */
  LOGLIKELIHOOD,
  /** Scores a whole text in windows. */
  ROLLING,
  /** Scores all rows as one text, in windows of equal length. */
  CORPUS,
  /** Writes on; known by name, and not built. */
  GENERATE;

  /** Metrics that can be computed from it. */
  public Set<Metric> metrics() {
    return switch (this) {
      case MULTIPLE_CHOICE -> Set.of(Metric.ACC, Metric.ACC_NORM);
      case LOGLIKELIHOOD -> Set.of(Metric.ACC, Metric.PERPLEXITY);
      case ROLLING -> Set.of(Metric.WORD_PERPLEXITY, Metric.BYTE_PERPLEXITY, Metric.BITS_PER_BYTE);
      case CORPUS -> Set.of(Metric.TOKEN_PERPLEXITY);
      case GENERATE -> Set.of();
    };
  }

  /** The name in task files. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
