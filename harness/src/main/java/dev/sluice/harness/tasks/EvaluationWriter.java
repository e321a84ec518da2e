package dev.sluice.harness.tasks;

/** Takes in an evaluation while it runs. Used by one thread at a time. */
public interface EvaluationWriter extends AutoCloseable {
  /** Keep one item. */
  void add(ScoredItem item);

  /** The evaluation is whole: from now on it can be read, in place of an earlier one of its name. */
  EvaluationReader finish(Evaluation.End end);

  /** Without an end before, leaves nothing behind. */
  @Override
  void close();
}
