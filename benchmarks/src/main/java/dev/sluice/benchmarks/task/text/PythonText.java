package dev.sluice.benchmarks.task.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/**
 * Python's string methods where Java's differ: white space is Python's 29 code points, lengths and
 * places count code points.
 */
public final class PythonText {
  private static final char COMBINING_IOTA = '\u0345';
  private static final char CAPITAL_IOTA = '\u0399';

  /** Its title case keeps a capital in second place, unlike that of all others. */
  private static final int N_WITH_APOSTROPHE = 0x149;

  private PythonText() {}

  /** Whether {@code str.isspace}, {@code str.strip} and the regex {@code \s} take it for space. */
  public static boolean isSpace(int codePoint) {
    return switch (codePoint) {
      case ' ', 0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000 -> true;
      default ->
          (codePoint >= '\t' && codePoint <= '\r')
              || (codePoint >= 0x1C && codePoint <= 0x1F)
              || (codePoint >= 0x2000 && codePoint <= 0x200A);
    };
  }

  /** {@code str.isspace()}: some text, and all of it white space. */
  public static boolean isSpace(String text) {
    return !text.isEmpty() && text.codePoints().allMatch(PythonText::isSpace);
  }

  public static String strip(String text) {
    return lstrip(rstrip(text));
  }

  public static String lstrip(String text) {
    int start = 0;
    // All white space lies in the basic plane, so that a char is a code point.
    while (start < text.length() && isSpace(text.charAt(start))) {
      start++;
    }
    return text.substring(start);
  }

  public static String rstrip(String text) {
    return rstrip(text, PythonText::isSpace);
  }

  /** {@code str.rstrip(characters)}. */
  public static String rstrip(String text, String characters) {
    return rstrip(text, c -> characters.indexOf(c) >= 0);
  }

  private static String rstrip(String text, IntPredicate stripped) {
    int end = text.length();
    while (end > 0 && stripped.test(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end);
  }

  /** {@code str.split()}: the words between runs of white space. */
  public static List<String> split(String text) {
    List<String> words = pieces(text);
    words.removeIf(String::isEmpty);
    return words;
  }

  /** {@code str.split(separator)}: empty pieces are kept, those at the end too. */
  public static List<String> split(String text, char separator) {
    List<String> pieces = new ArrayList<>();
    int start = 0;
    for (int end = text.indexOf(separator); end >= 0; end = text.indexOf(separator, start)) {
      pieces.add(text.substring(start, end));
      start = end + 1;
    }
    pieces.add(text.substring(start));
    return pieces;
  }

  /** {@code re.split(r"\s+", text)}: white space at an end leaves an empty piece there. */
  public static List<String> pieces(String text) {
    List<String> pieces = new ArrayList<>();
    int start = 0;
    int i = 0;
    while (i < text.length()) {
      if (isSpace(text.charAt(i))) {
        pieces.add(text.substring(start, i));
        while (i < text.length() && isSpace(text.charAt(i))) {
          i++;
        }
        start = i;
      } else {
        i++;
      }
    }
    pieces.add(text.substring(start));
    return pieces;
  }

  /** {@code len(text)}: code points. */
  public static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /**
   * {@code text[start:end]}: in code points, negative ones from the end; places outside of the
   * text are moved to its ends.
   */
  public static String slice(String text, int start, int end) {
    int length = length(text);
    int from = place(start, length);
    int to = place(end, length);
    return from >= to
        ? ""
        : text.substring(text.offsetByCodePoints(0, from), text.offsetByCodePoints(0, to));
  }

  /** {@code text[start:]}. */
  public static String slice(String text, int start) {
    return slice(text, start, Integer.MAX_VALUE);
  }

  private static int place(int index, int length) {
    return Math.clamp(index < 0 ? (long) index + length : index, 0, length);
  }

  public static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  /** {@code str.capitalize()}: the first code point in title case, all others in lower case. */
  public static String capitalize(String text) {
    if (text.isEmpty()) {
      return text;
    }
    String first = text.substring(0, text.offsetByCodePoints(0, 1));
    // Lower-casing the whole keeps the place of a sigma in its word known.
    return title(text.codePointAt(0)) + lower(text).substring(lower(first).length());
  }

  /** Only the first code point in title case, the others as they are. */
  public static String capitalizeFirst(String text) {
    return text.isEmpty()
        ? text
        : title(text.codePointAt(0)) + text.substring(text.offsetByCodePoints(0, 1));
  }

  private static String title(int codePoint) {
    String same = Character.toString(codePoint);
    if (Character.toTitleCase(codePoint) != codePoint) {
      return Character.toString(Character.toTitleCase(codePoint));
    }
    String upper = same.toUpperCase(Locale.ROOT);
    if (length(upper) == 1 || codePoint == N_WITH_APOSTROPHE) {
      return length(upper) == 1 ? same : upper;
    }
    String rest = upper.substring(1).replace(CAPITAL_IOTA, COMBINING_IOTA);
    return upper.charAt(0) + lower(rest);
  }

  /** {@code json.dumps(text)}: quoted, with everything outside of ASCII escaped. */
  public static String json(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int simple = "\"\\\b\f\n\r\t".indexOf(c);
      if (simple >= 0) {
        out.append('\\').append("\"\\bfnrt".charAt(simple));
      } else if (c < ' ' || (c > '~' && c != 0x7F)) {
        out.append("\\u%04x".formatted((int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }

  /** {@code json.dumps([...])} of texts: the key that responses are cached under. */
  public static String jsonArray(List<String> texts) {
    return texts.stream().map(PythonText::json).collect(Collectors.joining(", ", "[", "]"));
  }
}
