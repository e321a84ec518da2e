package dev.sluice.harness.plan;

import dev.sluice.scorers.PrerequisiteException;
import java.util.List;
import java.util.Optional;

/** All that is wrong with a plan, each with the key that it is about. */
public final class PlanProblemsException extends PrerequisiteException {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  /**
   * One thing that is wrong.
   *
   * @param key empty where it is about none
   * @param text the value, the rule and the next step
   */
  public record Problem(Optional<String> key, String text) {
    /** A problem of one key. */
    public static Problem of(String key, String text) {
      return new Problem(Optional.of(key), text);
    }
  }

  /**
   * @param source where the plan comes from, for the message
   * @param problems at least one
   */
  public PlanProblemsException(String source, List<Problem> problems) {
    super(message(source, problems.stream().map(Problem::text).toList()));
    this.problems = List.copyOf(problems);
  }

  private static String message(String source, List<String> lines) {
    return lines.size() == 1
        ? source + ": " + lines.getFirst()
        : source + ": " + lines.size() + " problems\n  " + String.join("\n  ", lines);
  }

  /** In the order in which they were found. */
  public List<Problem> problems() {
    return problems;
  }
}
