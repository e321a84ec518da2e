package dev.sluice.scorers;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** The name that was probably meant, for messages about names that do not exist. */
public final class NearestName {
  private NearestName() {}

  /**
   * The name with the fewest edits (insert, delete, replace or swap neighbours; case does not
   * count) from a word; the first of equals. Empty where even that name needs more edits than a
   * third of the word's length, or more than one in a word of up to three letters.
   */
  public static Optional<String> of(String word, Collection<String> names) {
    int best = Math.max(1, word.length() / 3) + 1;
    Optional<String> nearest = Optional.empty();
    String lower = word.toLowerCase(Locale.ROOT);
    for (String name : names) {
      // A difference in length alone needs as many edits; checking it first also bounds the work.
      if (Math.abs(name.length() - word.length()) < best) {
        int edits = edits(lower, name.toLowerCase(Locale.ROOT));
        if (edits < best) {
          best = edits;
          nearest = Optional.of(name);
        }
      }
    }
    return nearest;
  }

  /** The nearest name as the end of a message, {@code ". Did you mean 'length'?"}, or nothing. */
  public static String hint(String word, Collection<String> names) {
    return of(word, names).map(name -> ". Did you mean '" + name + "'?").orElse("");
  }

  /** Optimal string alignment distance; three rows of the table are enough. */
  private static int edits(String a, String b) {
    int[] beforeLast = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        row[j] = Math.min(last[j - 1] + (same ? 0 : 1), 1 + Math.min(last[j], row[j - 1]));
        if (swapped(a, b, i, j)) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
      int[] free = beforeLast;
      beforeLast = last;
      last = row;
      row = free;
    }
    return last[b.length()];
  }

  private static boolean swapped(String a, String b, int i, int j) {
    return i > 1
        && j > 1
        && a.charAt(i - 1) == b.charAt(j - 2)
        && a.charAt(i - 2) == b.charAt(j - 1);
  }
}
