package dev.sluice.benchmarks.task.text;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Set;

/**
 * A sentence of the Winograd schema challenge, at whose pronoun an option is put.
 *
 * @param pronounAt place of the pronoun in code points, from 0
 */
public record PronounText(String text, String pronoun, int pronounAt) {
  private static final Set<String> POSSESSIVES = Set.of("my", "his", "her", "our", "their");
  private static final Set<String> OPENINGS =
      Set.of("A", "An", "The", "She", "He", "It", "They", "My", "His", "Her", "Their");

  public PronounText {
    requireNonNull(text, "text");
    requireNonNull(pronoun, "pronoun");
  }

  /** The same with double blanks made single once; the pronoun's place is not moved with them. */
  public PronounText withSingleBlanks() {
    return new PronounText(text.replace("  ", " "), pronoun, pronounAt);
  }

  public String before() {
    return PythonText.slice(text, 0, pronounAt);
  }

  public String after() {
    return PythonText.slice(text, pronounAt + PythonText.length(pronoun));
  }

  /** The option as it is written at the pronoun's place. */
  public String fitted(String option) {
    String owned = POSSESSIVES.contains(PythonText.lower(pronoun)) ? option + "'s" : option;
    List<String> words = PythonText.split(owned);
    if (words.isEmpty()) {
      throw new IllegalArgumentException("an option is blank");
    }
    String first = words.getFirst();
    return !opensSentence() && OPENINGS.contains(first)
        ? owned.replace(first, PythonText.lower(first))
        : owned;
  }

  /** Near the start of the text the place counts from the end, as a negative index in Python. */
  private boolean opensSentence() {
    int length = PythonText.length(text);
    int place = pronounAt - 2;
    int index = place < 0 ? place + length : place;
    if (index < 0 || index >= length) {
      throw new IllegalArgumentException(
          "pronoun_loc %d lies outside of a text of %d characters".formatted(pronounAt, length));
    }
    return text.codePointAt(text.offsetByCodePoints(0, index)) == '.';
  }
}
