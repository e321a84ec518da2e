package dev.sluice.benchmarks.task;

import java.util.Locale;

/** What a task reports, under the names of lm-evaluation-harness. */
public enum Metric {
  /** Share of right answers; the first of equal choices is the answer. */
  ACC,
  /** The same with each log-likelihood divided by its choice's length in code points. */
  ACC_NORM,
  /** exp of the mean negative log-likelihood of a continuation, whatever its number of tokens. */
  PERPLEXITY,
  /** exp of the mean negative log-likelihood of a scored token. */
  TOKEN_PERPLEXITY,
  /** exp of the negative log-likelihood per word of the original text. */
  WORD_PERPLEXITY,
  /** exp of the negative log-likelihood per UTF-8 byte of the original text. */
  BYTE_PERPLEXITY,
  /** Negative log-likelihood in bits per UTF-8 byte of the original text. */
  BITS_PER_BYTE;

  /** Whether more of it is better. */
  public boolean higherIsBetter() {
    return this == ACC || this == ACC_NORM;
  }

  /** The name in task files and results. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
