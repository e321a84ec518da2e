package dev.sluice.harness.tasks;

import java.util.function.Consumer;

/** A finished evaluation that can be read again, as often as is wanted. */
public interface EvaluationReader {
  /** What was evaluated. */
  Evaluation evaluation();

  /** Hand over every item in the order in which it was asked; nothing is kept. */
  Evaluation.End items(Consumer<ScoredItem> to);
}
