package dev.sluice.benchmarks.task;

import dev.sluice.benchmarks.dataset.Document;
import dev.sluice.benchmarks.task.text.PythonText;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import reactor.core.publisher.Flux;

/** Puts rows of a task into words. */
final class Wording {
  private final Task task;
  private final ScoringMode mode;
  private final Prompting prompting;

  Wording(Task task, ScoringMode mode) {
    this.task = task;
    this.mode = mode;
    this.prompting = task.prompting(mode);
  }

  /**
   * A row in words, without shots.
   *
   * @param contexts one for each continuation
   * @param continuations without the delimiter
   * @param gold index of the right choice; -1 where there are none
   */
  record Worded(
      List<String> contexts,
      List<String> continuations,
      List<String> choices,
      int gold,
      Item.TextSize size) {}

  Worded worded(Document document) {
    Row row = Row.of(document, task.source().aliases());
    prompting.steps().forEach(step -> step.apply(row, mode));
    return switch (prompting.question()) {
      case Question.Choice(FieldTemplate context, Question.Choices listed) -> {
        List<String> choices = checked(row, listed.of(row));
        List<String> contexts = Collections.nCopies(choices.size(), context.render(row));
        yield new Worded(contexts, choices, choices, gold(row, choices.size()), Item.TextSize.NONE);
      }
      case Question.Input(List<FieldTemplate> inputs, FieldTemplate after) -> {
        List<String> contexts = inputs.stream().map(input -> input.render(row)).toList();
        List<String> ends = Collections.nCopies(contexts.size(), after.render(row));
        int gold = gold(row, contexts.size());
        yield new Worded(contexts, checked(row, ends), contexts, gold, Item.TextSize.NONE);
      }
      case Question.Completion(FieldTemplate context, FieldTemplate after) -> {
        List<String> ends = checked(row, List.of(after.render(row)));
        yield new Worded(List.of(context.render(row)), ends, ends, -1, Item.TextSize.NONE);
      }
      case Question.Page(FieldTemplate text, FieldTemplate counted) -> {
        List<String> pages = checked(row, List.of(text.render(row)));
        yield new Worded(List.of(""), pages, pages, -1, size(counted.render(row)));
      }
      case Question.Corpus(FieldTemplate line, Question.Windows _) -> {
        List<String> lines = List.of(line.render(row));
        yield new Worded(List.of(""), lines, lines, -1, Item.TextSize.NONE);
      }
    };
  }

  /** What is tokenised of a corpus whose rows contribute these lines. */
  String corpus(List<String> lines) {
    if (prompting.question() instanceof Question.Corpus(FieldTemplate _, Question.Windows w)) {
      return w.convention().text(String.join(w.join(), lines));
    }
    throw new IllegalStateException(task.name() + " is no corpus");
  }

  /** Rows as they are to be put into words, where a file's rows are parts of them. */
  Flux<Document> regrouped(Flux<Document> rows) {
    Flux<Document> regrouped = rows;
    for (Step step : prompting.steps()) {
      regrouped = step.regrouped(regrouped);
    }
    return regrouped;
  }

  private static List<String> checked(Row row, List<String> choices) {
    if (choices.size() < 1) {
      throw row.bad("there are no choices");
    }
    for (int i = 0; i < choices.size(); i++) {
      if (choices.get(i).isEmpty() || PythonText.isSpace(choices.get(i))) {
        throw row.bad("choice %d of %d is empty".formatted(i + 1, choices.size()));
      }
    }
    return choices;
  }

  private int gold(Row row, int choices) {
    Gold rule = task.gold();
    if (rule == null) {
      return -1;
    }
    int gold = rule.index(row);
    boolean countsAsWrong = rule.mayExceed() && mode == ScoringMode.LM_EVAL && gold >= choices;
    if (gold < 0 || (gold >= choices && !countsAsWrong)) {
      throw row.bad(
          "field '%s' names choice %d (counted from 0), there are %d"
              .formatted(rule.field(), gold, choices));
    }
    return gold;
  }

  private static Item.TextSize size(String text) {
    return new Item.TextSize(
        PythonText.pieces(text).size(), text.getBytes(StandardCharsets.UTF_8).length);
  }

  /** A worked example with its answer and the blank line after it. */
  String shot(Document document) {
    Worded worded = worded(document);
    int answer = Math.max(0, worded.gold());
    if (answer >= worded.contexts().size()) {
      throw Row.of(document, task.source().aliases()).bad("a shot needs its answer");
    }
    return worded.contexts().get(answer)
        + prompting.delimiter()
        + worded.continuations().get(answer)
        + Prompting.SHOT_DELIMITER;
  }

  /** What stands before the shots. */
  String preamble() {
    return prompting.preamble();
  }

  /** Between a context and its choice; a completion brings its own blank. */
  String delimiter() {
    return switch (prompting.question()) {
      case Question.Choice _, Question.Input _ -> prompting.delimiter();
      case Question.Completion _, Question.Page _, Question.Corpus _ -> "";
    };
  }
}
