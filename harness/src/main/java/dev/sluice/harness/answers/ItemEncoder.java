package dev.sluice.harness.answers;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.benchmarks.dataset.Document;
import dev.sluice.benchmarks.task.Item;
import dev.sluice.benchmarks.task.Question;
import dev.sluice.benchmarks.task.RequestKind;
import dev.sluice.benchmarks.task.ScoringMode;
import dev.sluice.benchmarks.task.Task;
import dev.sluice.benchmarks.task.TaskLibrary;
import dev.sluice.harness.evaluation.ScoredSequence;
import dev.sluice.scorers.PrerequisiteException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

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
   * @param last whether no more sequences of the item follow
   */
  public record Asked(int place, Task task, Item item, boolean last) {
    public Asked(int place, Task task, Item item) {
      this(place, task, item, true);
    }
  }

  /**
   * What is asked of an item: all its requests together; of a page its windows one by one, so that a
   * long page needs no more memory than a window; of a corpus one item for each window.
   *
   * @throws UnscorableException naming the item, if a request cannot be scored
   */
  public List<Encoded<Asked>> encode(Asked asked) {
    try {
      return switch (asked.task().request()) {
        case ROLLING -> pages(asked);
        case CORPUS -> windows(asked);
        case MULTIPLE_CHOICE, LOGLIKELIHOOD, GENERATE ->
            List.of(
                new Encoded<>(
                    asked,
                    asked.item().requests().stream()
                        .map(request -> tokens.of(request.context(), request.continuation()))
                        .toList()));
      };
    } catch (UnscorableException e) {
      throw new UnscorableException(
          asked.task().name()
              + ", document "
              + asked.item().docId()
              + " (line "
              + asked.item().document().line()
              + "): "
              + e.getMessage());
    }
  }

  private List<Encoded<Asked>> pages(Asked asked) {
    List<ScoredSequence> windows =
        asked.item().requests().stream()
            .flatMap(request -> tokens.rolling(request.continuation()).stream())
            .toList();
    List<Encoded<Asked>> pieces = new ArrayList<>();
    for (ScoredSequence window : windows) {
      boolean last = pieces.size() == windows.size() - 1;
      Asked piece = new Asked(asked.place(), asked.task(), asked.item(), last);
      pieces.add(new Encoded<>(piece, List.of(window)));
    }
    return pieces;
  }

  private List<Encoded<Asked>> windows(Asked asked) {
    Question.Windows cut = windows(asked.task()).orElseThrow();
    String text = asked.item().requests().getFirst().continuation();
    List<Encoded<Asked>> pieces = new ArrayList<>();
    for (ScoredSequence window : tokens.corpus(text, cut)) {
      Item item = item(asked.item(), pieces.size(), window, cut.length());
      pieces.add(new Encoded<>(new Asked(asked.place(), asked.task(), item), List.of(window)));
    }
    return pieces;
  }

  private static Item item(Item whole, int place, ScoredSequence window, int length) {
    ObjectNode fields =
        JsonNodeFactory.instance
            .objectNode()
            .put("window", place)
            .put("first", (long) place * length)
            .put("tokens", length)
            .put("scored", window.scored())
            .put("sha256", AnswerKey.digest(window));
    return new Item(
        whole.task(),
        place,
        List.of(new Item.Request("", "")),
        List.of(),
        -1,
        whole.size(),
        List.of(),
        new Document(whole.document().file(), place, 1, fields));
  }

  private static Optional<Question.Windows> windows(Task task) {
    return task.prompting(ScoringMode.LM_EVAL).question()
            instanceof Question.Corpus(var _, Question.Windows windows)
        ? Optional.of(windows)
        : Optional.empty();
  }

  /**
   * Whether a task's windows are no longer than what the model reads.
   *
   * @throws PrerequisiteException if they are, with the longest shipped ones that are not
   */
  public void requireContext(Task task) {
    int longest = tokens.longest();
    windows(task)
        .filter(windows -> windows.length() > longest)
        .ifPresent(windows -> {
          throw new PrerequisiteException(
              "task %s scores windows of %d tokens, and the model reads %d: %s"
                  .formatted(task.name(), windows.length(), longest, shorter(longest)));
        });
  }

  private static String shorter(int longest) {
    TaskLibrary library = TaskLibrary.shipped();
    return library.taskNames().stream()
        .map(name -> library.find(name).getFirst().task())
        .filter(task -> task.request() == RequestKind.CORPUS && length(task) <= longest)
        .max(Comparator.comparingInt(ItemEncoder::length))
        .map(task -> "ask " + task.name() + ", whose windows have " + length(task))
        .orElse("write a task file with shorter windows");
  }

  private static int length(Task task) {
    return windows(task).map(Question.Windows::length).orElse(0);
  }
}
