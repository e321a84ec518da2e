package dev.sluice.benchmarks.task;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * The wording of a task in one mode.
 *
 * @param preamble before the first shot; empty for none
 * @param delimiter between a context and its choice
 * @param steps done to a row before its fields are used, in this order
 */
public record Prompting(String preamble, Question question, String delimiter, List<Step> steps) {
  /** Between two shots, and between the last and the question. */
  public static final String SHOT_DELIMITER = "\n\n";

  public Prompting {
    requireNonNull(preamble, "preamble");
    requireNonNull(question, "question");
    requireNonNull(delimiter, "delimiter");
    steps = List.copyOf(steps);
  }

  Prompting withPreamble(String newPreamble) {
    return new Prompting(newPreamble, question, delimiter, steps);
  }
}
