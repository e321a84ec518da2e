package dev.sluice.harness.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small task of two choices: is the gate open or shut? */
final class GateTask {
  private GateTask() {}

  /**
   * Write the task's file; rows have the fields {@code q}, {@code a}, {@code b} and {@code label}.
   *
   * @param rows that it states
   */
  static Path write(Path folder, int rows) throws IOException {
    return Files.writeString(
        folder.resolve("gate.yaml"),
        """
        name: gate
        version: "1.0"
        measures: Whether the gate is open.
        licence: Apache-2.0
        source: {dataset: own/gate, split: test, rows: %d}
        request: multiple_choice
        context: "{q}?"
        choices: ["{a}", "{b}"]
        gold: {rule: index, field: label}
        metrics: [acc, acc_norm]
        """
            .formatted(rows));
  }

  /** One row as a line of JSON. */
  static String row(String question, String a, String b, int label) {
    return "{\"q\": \"%s\", \"a\": \"%s\", \"b\": \"%s\", \"label\": %d}\n"
        .formatted(question, a, b, label);
  }
}
