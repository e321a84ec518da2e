package dev.sluice.benchmarks;

import dev.sluice.scorers.PrerequisiteException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Chooses how a file is read. */
public final class PromptSources {
  private static final Pattern JSON = Pattern.compile(".*\\.(json|jsonl|ndjson)");

  private PromptSources() {}

  /**
   * JSON lines where a field is named, plain text otherwise. Looks at the file at once, so that a
   * missing one is known before any model is loaded.
   *
   * @throws PrerequisiteException if there is no readable file, or if it is named as JSON lines and
   *     no field is given: the message lists those of the first row
   */
  public static PromptSource of(Path file, Optional<String> field) {
    try (Utf8Lines lines = Utf8Lines.open(file, Files::newInputStream)) {
      if (field.isEmpty() && JSON.matcher(file.toString().toLowerCase(Locale.ROOT)).matches()) {
        throw fieldMissing(file, lines);
      }
    }
    return field
        .<PromptSource>map(name -> new JsonLines(file, name))
        .orElseGet(() -> new TextLines(file));
  }

  private static PrerequisiteException fieldMissing(Path file, Utf8Lines lines) {
    String line = lines.next();
    while (line != null && line.isBlank()) {
      line = lines.next();
    }
    if (line == null) {
      return new PrerequisiteException(file + " is empty: give a text of one row per line");
    }
    return new PrerequisiteException(
        "%s holds JSON lines: name the text's field with --calibration-field. The first row has %s"
            .formatted(file, JsonLines.names(JsonLines.row(line, lines))));
  }
}
