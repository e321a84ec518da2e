package dev.sluice.benchmarks.task;

import static java.util.Objects.requireNonNull;

import dev.sluice.benchmarks.task.text.PythonText;
import java.util.List;

/**
 * How a row tells the right choice.
 *
 * @param field of the answer; for {@link Rule#VALUE} the index itself
 * @param labels field of the choices' labels, for {@link Rule#LABEL}
 * @param mayExceed whether an index above the last choice counts as a wrong answer in {@link
 *     ScoringMode#LM_EVAL}, instead of making the row a bad one
 */
public record Gold(Rule rule, String field, String labels, boolean mayExceed) {
  public Gold {
    requireNonNull(rule, "rule");
    requireNonNull(field, "field");
    requireNonNull(labels, "labels");
  }

  /** What an answer is. */
  public enum Rule {
    /** A number from 0. */
    INDEX,
    /** A number from 1. */
    ONE_BASED,
    /** A letter from A. */
    LETTER,
    /** False is the first choice, true the second; 0 and 1 say the same. */
    BOOLEAN,
    /** One of the labels that the row lists. */
    LABEL,
    /** The same for all rows. */
    VALUE
  }

  /** The index that a row gives, in range or not. */
  int index(Row row) {
    return switch (rule) {
      case INDEX -> row.integer(field);
      case ONE_BASED -> row.integer(field) - 1;
      case LETTER -> letter(row);
      case BOOLEAN -> truth(row);
      case LABEL -> label(row);
      case VALUE -> Integer.parseInt(field);
    };
  }

  private int letter(Row row) {
    String text = PythonText.strip(row.text(field));
    if (text.length() != 1 || !Character.isLetter(text.charAt(0)) || text.charAt(0) > 'z') {
      throw row.bad("field '%s' is '%s', not a letter from A".formatted(field, text));
    }
    return Character.toUpperCase(text.charAt(0)) - 'A';
  }

  private int truth(Row row) {
    String text = PythonText.lower(row.text(field));
    return switch (text) {
      case "false", "0" -> 0;
      case "true", "1" -> 1;
      default -> throw row.bad("field '%s' is '%s', not true or false".formatted(field, text));
    };
  }

  private int label(Row row) {
    List<String> known = row.texts(labels);
    String label = PythonText.lstrip(row.text(field));
    int index = known.indexOf(label);
    if (index < 0) {
      throw row.bad(
          "field '%s' is '%s', which is not in '%s' %s".formatted(field, label, labels, known));
    }
    return index;
  }
}
