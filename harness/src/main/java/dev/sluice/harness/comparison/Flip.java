package dev.sluice.harness.comparison;

import dev.sluice.benchmarks.task.Item;
import dev.sluice.harness.answers.Answer;
import java.util.List;

/**
 * An item that only one of two variants gets right.
 *
 * @param task the single task; the pair may be on its group
 * @param gained whether it is the second that does
 * @param requests what was asked, one for each choice
 * @param choices empty where there are none
 * @param gold place of the right choice, from 0
 * @param answers of the first variant
 * @param others of the second variant
 */
public record Flip(
    PairedDifference.Pair pair,
    String task,
    long docId,
    boolean gained,
    List<Item.Request> requests,
    List<String> choices,
    int gold,
    List<Answer> answers,
    List<Answer> others) {
  public Flip {
    requests = List.copyOf(requests);
    choices = List.copyOf(choices);
    answers = List.copyOf(answers);
    others = List.copyOf(others);
  }
}
