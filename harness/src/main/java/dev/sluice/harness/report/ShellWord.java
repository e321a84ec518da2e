package dev.sluice.harness.report;

import dev.sluice.harness.presentation.TerminalLine;

/** A word in a command that a user may copy. */
public final class ShellWord {
  private ShellWord() {}

  /** The text as one word of a POSIX shell, in single quotes where it needs them. */
  public static String of(String text) {
    String clean = TerminalLine.clean(text);
    return clean.matches("[A-Za-z0-9_./:@%+=-]+") ? clean : "'" + clean.replace("'", "'\\''") + "'";
  }
}
