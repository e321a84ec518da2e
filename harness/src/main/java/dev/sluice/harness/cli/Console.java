package dev.sluice.harness.cli;

import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.progress.LiveDisplay;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where a command talks to.
 *
 * @param out results only
 * @param err progress, logs, errors
 * @param environment the process's variables
 */
record Console(PrintStream out, PrintStream err, Map<String, String> environment) {

  /** The journal folder that was asked for, or the standard one. */
  JournalFolder journals(Optional<String> folder) {
    return new JournalFolder(
        folder.map(Path::of).orElseGet(() -> JournalFolder.standard(environment)));
  }

  /** Whether a person reads stderr, as the launcher says: progress may then be redrawn. */
  boolean terminal() {
    return "1".equals(environment.get("SLUICE_STDERR_TTY"))
        && !"dumb".equals(environment.get("TERM"));
  }

  /** Whether colours are wanted on stdout. */
  boolean colour() {
    return !environment.containsKey("NO_COLOR")
        && "1".equals(environment.getOrDefault("SLUICE_STDOUT_TTY", "0"));
  }

  /** Columns of the terminal; 100 where it does not say. */
  int columns() {
    try {
      return Math.max(40, Integer.parseInt(environment.getOrDefault("COLUMNS", "100")));
    } catch (NumberFormatException e) {
      return 100;
    }
  }

  /** How progress is shown on stderr. */
  LiveDisplay.Mode display(boolean quiet) {
    LiveDisplay.Mode shown = terminal() ? LiveDisplay.Mode.LIVE : LiveDisplay.Mode.PLAIN;
    return quiet ? LiveDisplay.Mode.QUIET : shown;
  }
}
