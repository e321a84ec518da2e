package dev.sluice.harness.tasks;

import dev.sluice.benchmarks.task.Item;
import dev.sluice.benchmarks.task.Metric;
import dev.sluice.benchmarks.task.RequestKind;
import dev.sluice.harness.answers.Answer;
import dev.sluice.scorers.ChoiceScores;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * One item and what every variant answered.
 *
 * @param task its place in the evaluation, from 0
 * @param digest SHA-256 of the row's fields as lm-eval takes it: equal rows are the same question
 * @param requests what was asked, in the order of the answers
 * @param choices texts whose lengths {@code acc_norm} divides by; empty where there are none
 * @param gold place of the right choice, from 0
 * @param scored how many tokens each answer is about
 * @param answers by the variant's name
 */
public record ScoredItem(
    int task,
    long docId,
    String digest,
    List<Item.Request> requests,
    List<String> choices,
    int gold,
    Item.TextSize size,
    List<Integer> scored,
    Map<String, List<Answer>> answers) {
  public ScoredItem {
    requests = List.copyOf(requests);
    choices = List.copyOf(choices);
    scored = List.copyOf(scored);
    answers = Collections.unmodifiableMap(new LinkedHashMap<>(answers));
  }

  /** What a variant answered. */
  public List<Answer> of(String variant) {
    List<Answer> found = answers.get(variant);
    if (found == null) {
      throw new IllegalArgumentException("no answers of " + variant + " to item " + docId);
    }
    return found;
  }

  /** Perplexities of the answers as a variant gives them, {@code exp} of the mean nats a token. */
  public double[] perplexities(String variant) {
    List<Answer> given = of(variant);
    return IntStream.range(0, given.size())
        .mapToDouble(i -> Math.exp(-given.get(i).logLikelihood() / scored.get(i)))
        .toArray();
  }

  /** The choices as a variant scores them. */
  public ChoiceScores choices(String variant) {
    return choices(choices, of(variant));
  }

  static ChoiceScores choices(List<String> choices, List<Answer> answers) {
    return new ChoiceScores(
        answers.stream().map(Answer::logLikelihood).toList(),
        choices.stream().map(c -> c.codePointCount(0, c.length())).toList());
  }

  /** Whether a variant's answer is right by {@code acc} or {@code acc_norm}. */
  public boolean right(RequestKind request, Metric metric, String variant) {
    if (request == RequestKind.MULTIPLE_CHOICE) {
      ChoiceScores scores = choices(variant);
      return gold == (metric == Metric.ACC_NORM ? scores.bestByLength() : scores.best());
    }
    return of(variant).getFirst().greedy();
  }

  /** The tokens that all answers are about. */
  public long scoredTokens() {
    return scored.stream().mapToLong(Integer::longValue).sum();
  }

  /** The sum of the squares of the scored tokens' log-likelihoods. */
  public double squares(String variant) {
    return of(variant).stream().mapToDouble(Answer::squares).sum();
  }

  /** The sum over all requests, nats. */
  public double logLikelihood(String variant) {
    return of(variant).stream().mapToDouble(Answer::logLikelihood).sum();
  }
}
