package dev.sluice.benchmarks.task.text;

import static java.util.Objects.requireNonNull;

import java.util.List;

/** An article of RACE with its problems, of which all but the last are given with their answers. */
public final class RaceText {
  private static final String GAP = "  _  .";

  private RaceText() {}

  /**
   * One question on an article.
   *
   * @param answer index of the right option
   */
  public record Problem(String question, List<String> options, int answer) {
    public Problem {
      requireNonNull(question, "question");
      options = List.copyOf(options);
      if (answer < 0 || answer >= options.size()) {
        throw new IllegalArgumentException(
            "the answer %s is not among %d options"
                .formatted((char) ('A' + answer), options.size()));
      }
    }
  }

  /** What the model is asked: the article, the solved problems and the last question. */
  public static String prompt(String article, List<Problem> problems) {
    StringBuilder out = new StringBuilder("Article: ").append(article).append("\n\n");
    for (Problem solved : problems.subList(0, problems.size() - 1)) {
      String question = solved.question();
      String answer = solved.options().get(solved.answer());
      if (question.endsWith(GAP)) {
        out.append(question, 0, question.length() - GAP.length() + 1).append(answer).append('\n');
      } else {
        out.append("Question: ").append(question).append("\nAnswer: ").append(answer).append('\n');
      }
    }
    return out.append(problems.getLast().question()).toString();
  }
}
