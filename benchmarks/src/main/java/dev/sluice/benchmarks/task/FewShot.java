package dev.sluice.benchmarks.task;

import static java.util.Objects.requireNonNull;

/**
 * Where the worked examples before a question come from.
 *
 * @param split the pool, in its file's order
 * @param spare whether one more is drawn than asked for, and those equal to the evaluated row are
 *     taken out
 */
public record FewShot(String split, Rule rule, boolean spare) {
  public FewShot {
    requireNonNull(split, "split");
    requireNonNull(rule, "rule");
  }

  /** How examples are chosen from the pool. */
  public enum Rule {
    /** At random, anew for every row. */
    SAMPLE,
    /** Its first rows, the same for all. */
    FIRST_N
  }
}
