package dev.sluice.harness.presentation;

/** Text from outside, made fit for a line of a terminal. */
public final class TerminalLine {
  private TerminalLine() {}

  /** Without characters that would steer the terminal. */
  public static String clean(String text) {
    return text.codePoints()
        .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /** Text in no more than a width; the middle goes, because names differ at their ends. */
  public static String fit(String text, int width) {
    if (text.length() <= width) {
      return text;
    }
    int tail = (width - 1) / 2;
    return text.substring(0, width - 1 - tail) + "…" + text.substring(text.length() - tail);
  }
}
