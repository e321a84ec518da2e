package dev.sluice.harness.session;

import dev.sluice.benchmarks.dataset.RowTally;
import dev.sluice.benchmarks.task.Item;
import dev.sluice.benchmarks.task.RequestKind;
import dev.sluice.benchmarks.task.Task;
import dev.sluice.harness.answers.ItemEncoder;
import dev.sluice.harness.answers.RequestTokens;
import dev.sluice.harness.evaluation.ScoredSequence;
import dev.sluice.harness.tasks.TaskEvaluation;
import dev.sluice.scorers.PrerequisiteException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A task's questions without their answers, each with the class of its right answer.
 *
 * @param rows token ids of each question, as the model reads them before a choice
 * @param labels of the rows, from 0: which word is right, where all rows have the same choices in any
 *     order; else the place of the right choice
 * @param classes what the labels mean
 * @param leftOut rows whose right answer is none of their choices
 */
public record LabelledPrompts(
    String task, List<int[]> rows, List<Integer> labels, List<String> classes, int leftOut) {

  /**
   * Read and tokenise a task's rows.
   *
   * @throws PrerequisiteException if the task has no questions apart from its choices
   */
  public static LabelledPrompts read(TaskEvaluation.Source source, RequestTokens tokens) {
    Task task = source.task();
    if (task.request() != RequestKind.MULTIPLE_CHOICE) {
      throw new PrerequisiteException(
          "task %s: its rows have no choices to be told apart by. Take a task whose request is %s"
              .formatted(task.name(), RequestKind.MULTIPLE_CHOICE.id()));
    }
    Reading reading = new Reading(task, new ItemEncoder(tokens));
    RowTally tally = source.items().tally();
    source.items().items(tally).toIterable().forEach(reading::add);
    return reading.prompts();
  }

  /** What is known of the rows so far. */
  private static final class Reading {
    private final Task task;
    private final ItemEncoder encoder;
    private final List<int[]> rows = new ArrayList<>();
    private final List<Integer> places = new ArrayList<>();
    private final List<String> answers = new ArrayList<>();
    private List<String> words = List.of();
    private boolean fixed = true;
    private int leftOut;

    Reading(Task task, ItemEncoder encoder) {
      this.task = task;
      this.encoder = encoder;
    }

    void add(Item item) {
      if (item.gold() < 0 || item.gold() >= item.choices().size()) {
        leftOut++;
        return;
      }
      requireOneContext(item);
      if (rows.isEmpty()) {
        words = item.choices();
      }
      Set<String> known = new HashSet<>(words);
      fixed &= known.size() == words.size() && known.equals(new HashSet<>(item.choices()));
      rows.add(question(item));
      places.add(item.gold());
      answers.add(item.choices().get(item.gold()));
    }

    private void requireOneContext(Item item) {
      if (item.requests().stream().map(Item.Request::context).distinct().count() > 1) {
        throw new PrerequisiteException(
            "task %s: its choices stand within the questions, so that no question is without an answer. Take a task with one context"
                .formatted(task.name()));
      }
    }

    private int[] question(Item item) {
      ScoredSequence first =
          encoder.encode(new ItemEncoder.Asked(0, task, item)).getFirst().sequences().getFirst();
      return first.tokens().limit(first.inputs() + 1L - first.scored()).toArray();
    }

    LabelledPrompts prompts() {
      List<Integer> labels = fixed ? answers.stream().map(words::indexOf).toList() : places;
      List<String> classes =
          fixed
              ? words
              : IntStream.rangeClosed(0, places.stream().mapToInt(p -> p).max().orElse(-1))
                  .mapToObj(place -> "choice " + (place + 1))
                  .toList();
      return new LabelledPrompts(task.name(), rows, labels, classes, leftOut);
    }
  }
}
