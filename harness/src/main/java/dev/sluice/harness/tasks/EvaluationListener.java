package dev.sluice.harness.tasks;

/**
 * Someone who watches an evaluation. Called on the evaluation's thread, in order; answers are durable
 * before they are announced. Whoever needs time takes it elsewhere.
 */
public interface EvaluationListener {

  /** An evaluation begins. */
  default void started(Evaluation evaluation) {}

  /** One more item is answered by all variants. */
  default void answered(ScoredItem item) {}

  /** Something is strange about the data: skipped rows, numbers of rows that differ. */
  default void note(String line) {}

  /** It came to its end; not called for one that was stopped. */
  default void ended(Evaluation.End end) {}
}
