package dev.sluice.benchmarks.task.text;

import java.util.regex.Pattern;

/** Rids HellaSwag's texts of the marks of the manuals that they come from. */
public final class HellaSwagText {
  // Python's dot stops at a line feed only.
  private static final Pattern BRACKETS = Pattern.compile("\\[.*?\\]", Pattern.UNIX_LINES);
  private static final Pattern BLANKS = Pattern.compile("  +");

  private HellaSwagText() {}

  /** As lm-evaluation-harness does: of three blanks in a row two remain. */
  public static String lmEval(String text) {
    return withoutMarks(text).replace("  ", " ");
  }

  /** The same with single blanks throughout. */
  public static String clean(String text) {
    return BLANKS.matcher(withoutMarks(text)).replaceAll(" ");
  }

  private static String withoutMarks(String text) {
    return BRACKETS.matcher(PythonText.strip(text).replace(" [title]", ". ")).replaceAll("");
  }
}
