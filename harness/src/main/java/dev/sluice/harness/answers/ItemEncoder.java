package dev.sluice.harness.answers;

import dev.sluice.benchmarks.task.Item;
import dev.sluice.benchmarks.task.RequestKind;
import dev.sluice.benchmarks.task.Task;
import dev.sluice.harness.evaluation.ScoredSequence;
import dev.sluice.scorers.PrerequisiteException;
import java.util.List;

/** Turns items into what the model reads. Safe for use by several threads. */
public final class ItemEncoder {
  private final RequestTokens tokens;

  public ItemEncoder(RequestTokens tokens) {
    this.tokens = tokens;
  }

  /**
   * An item and its task.
   *
   * @param place of the task in the evaluation, from 0
   */
  public record Asked(int place, Task task, Item item) {}

  /**
   * One sequence a request; of a task with rolling requests one a window.
   *
   * @throws PrerequisiteException naming the item, if a request cannot be scored
   */
  public Encoded<Asked> encode(Asked asked) {
    try {
      return new Encoded<>(asked, sequences(asked));
    } catch (PrerequisiteException e) {
      throw new PrerequisiteException(
          asked.task().name()
              + ", document "
              + asked.item().docId()
              + " (line "
              + asked.item().document().line()
              + "): "
              + e.getMessage(),
          e);
    }
  }

  private List<ScoredSequence> sequences(Asked asked) {
    if (asked.task().request() == RequestKind.ROLLING) {
      return asked.item().requests().stream()
          .flatMap(request -> tokens.rolling(request.continuation()).stream())
          .toList();
    }
    return asked.item().requests().stream()
        .map(request -> tokens.of(request.context(), request.continuation()))
        .toList();
  }
}
