package dev.sluice.benchmarks.task;

import static java.util.Objects.requireNonNull;

import dev.sluice.benchmarks.dataset.Document;
import java.util.List;

/**
 * One row as it is put to a model.
 *
 * @param task name of its task
 * @param docId place of the row in its split, from 0, as lm-evaluation-harness counts
 * @param requests in the order of the choices; of a corpus one, its whole text
 * @param choices texts whose length in code points normalises; one for each request, none of a corpus
 * @param gold index of the right choice; -1 where a task has no choices, at least the number of
 *     choices where a damaged row counts as wrong
 * @param size of the text that a rolling likelihood is divided by; zeros elsewhere
 * @param shots places of the shots in their pool, in the order of the prompt
 */
public record Item(
    String task,
    long docId,
    List<Request> requests,
    List<String> choices,
    int gold,
    TextSize size,
    List<Integer> shots,
    Document document) {
  public Item {
    requireNonNull(task, "task");
    requests = List.copyOf(requests);
    choices = List.copyOf(choices);
    requireNonNull(size, "size");
    shots = List.copyOf(shots);
    requireNonNull(document, "document");
  }

  /** What is scored: a continuation after a context, which may be empty. */
  public record Request(String context, String continuation) {
    public Request {
      requireNonNull(context, "context");
      requireNonNull(continuation, "continuation");
    }
  }

  /**
   * How long a text is.
   *
   * @param words pieces between runs of white space; empty ones at the ends count
   * @param bytes in UTF-8
   */
  public record TextSize(long words, long bytes) {
    static final TextSize NONE = new TextSize(0, 0);
  }
}
