package dev.sluice.benchmarks.task.text;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Takes apart the one text that holds the choices of a MathQA question. */
public final class MathQaText {
  private static final Pattern CHOICE =
      Pattern.compile("[abcd] \\) .*?, |e \\) .*?$", Pattern.UNIX_LINES);

  private MathQaText() {}

  /** The choices without their letters; fewer than five where the text is damaged. */
  public static List<String> choices(String options) {
    return CHOICE
        .matcher(options)
        .results()
        .map(MatchResult::group)
        .map(choice -> PythonText.rstrip(choice.substring(4), " ,"))
        .toList();
  }
}
