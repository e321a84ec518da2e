package dev.sluice.benchmarks;

import static java.util.Objects.requireNonNull;

/**
 * One text that the model is asked.
 *
 * @param index place among the prompts of its source, from 0
 * @param text as the source has it, line end excluded
 */
public record Prompt(long index, String text) {

  public Prompt {
    requireNonNull(text, "text");
    if (index < 0) {
      throw new IllegalArgumentException("index " + index + ": must not be negative");
    }
  }
}
