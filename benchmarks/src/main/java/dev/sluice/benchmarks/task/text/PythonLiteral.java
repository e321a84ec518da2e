package dev.sluice.benchmarks.task.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads what Python prints of lists, tuples, dictionaries and strings, as {@code
 * ast.literal_eval} does. Numbers, {@code True}, {@code False} and {@code None} come back as their
 * text: no data set here needs more.
 */
public final class PythonLiteral {
  private static final int DEEPEST = 64;

  private final String text;
  private int at;
  private int depth;

  private PythonLiteral(String text) {
    this.text = text;
  }

  /**
   * A {@link String}, a {@link List} or a {@link Map} by string.
   *
   * @throws IllegalArgumentException if the text is anything else; the message says where
   */
  public static Object parse(String text) {
    PythonLiteral parser = new PythonLiteral(text);
    Object value = parser.value();
    parser.skipSpace();
    if (parser.at < text.length()) {
      throw parser.error("nothing more was expected");
    }
    return value;
  }

  private Object value() {
    skipSpace();
    if (++depth > DEEPEST) {
      throw error("nested deeper than " + DEEPEST);
    }
    char c = peek();
    Object value =
        switch (c) {
          case '[' -> list(']');
          case '(' -> list(')');
          case '{' -> map();
          case '\'', '"' -> strings();
          default -> word();
        };
    depth--;
    return value;
  }

  private List<Object> list(char end) {
    at++;
    List<Object> items = new ArrayList<>();
    skipSpace();
    while (peek() != end) {
      items.add(value());
      comma(end);
    }
    at++;
    return items;
  }

  private Map<String, Object> map() {
    at++;
    Map<String, Object> entries = new LinkedHashMap<>();
    skipSpace();
    while (peek() != '}') {
      Object key = value();
      skipSpace();
      if (peek() != ':' || !(key instanceof String name)) {
        throw error("a key that is a text and ':' were expected");
      }
      at++;
      entries.put(name, value());
      comma('}');
    }
    at++;
    return entries;
  }

  private void comma(char end) {
    skipSpace();
    if (peek() == ',') {
      at++;
      skipSpace();
    } else if (peek() != end) {
      throw error("',' or '" + end + "' was expected");
    }
  }

  /** One string, or several in a row, which Python joins. */
  private String strings() {
    StringBuilder out = new StringBuilder();
    while (at < text.length() && (text.charAt(at) == '\'' || text.charAt(at) == '"')) {
      string(out);
      skipSpace();
    }
    return out.toString();
  }

  private void string(StringBuilder out) {
    char quote = text.charAt(at++);
    while (peek() != quote) {
      char c = text.charAt(at++);
      if (c == '\\') {
        escape(out);
      } else if (c == '\n') {
        throw error("a string ends at the end of its line");
      } else {
        out.append(c);
      }
    }
    at++;
  }

  private void escape(StringBuilder out) {
    char c = peek();
    at++;
    int simple = "\\'\"abfnrtv".indexOf(c);
    if (simple >= 0) {
      out.append("\\'\"\u0007\b\f\n\r\t\u000b".charAt(simple));
      return;
    }
    switch (c) {
      case '\n' -> {}
      case 'x' -> out.appendCodePoint(number(2, 16));
      case 'u' -> out.appendCodePoint(number(4, 16));
      case 'U' -> out.appendCodePoint(number(8, 16));
      case '0', '1', '2', '3', '4', '5', '6', '7' -> {
        at--;
        out.appendCodePoint(number(octalDigits(), 8));
      }
      // Python keeps the backslash of an escape that it does not know.
      default -> out.append('\\').append(c);
    }
  }

  private int octalDigits() {
    int digits = 0;
    while (digits < 3 && at + digits < text.length() && isOctal(text.charAt(at + digits))) {
      digits++;
    }
    return digits;
  }

  private static boolean isOctal(char c) {
    return c >= '0' && c <= '7';
  }

  private int number(int digits, int radix) {
    if (at + digits > text.length()) {
      throw error("an escape is cut off");
    }
    try {
      int codePoint = Integer.parseUnsignedInt(text, at, at + digits, radix);
      at += digits;
      if (!Character.isValidCodePoint(codePoint)) {
        throw error("an escape names no character");
      }
      return codePoint;
    } catch (NumberFormatException e) {
      throw error("an escape has other characters than digits");
    }
  }

  private String word() {
    int start = at;
    while (at < text.length() && isWord(text.charAt(at))) {
      at++;
    }
    if (start == at) {
      throw error("a value was expected");
    }
    return text.substring(start, at);
  }

  private static boolean isWord(char c) {
    return Character.isLetterOrDigit(c) || c == '.' || c == '-' || c == '+';
  }

  private void skipSpace() {
    while (at < text.length() && PythonText.isSpace(text.charAt(at))) {
      at++;
    }
  }

  private char peek() {
    if (at >= text.length()) {
      throw error("it ends too early");
    }
    return text.charAt(at);
  }

  private IllegalArgumentException error(String problem) {
    return new IllegalArgumentException(
        "not a Python literal at character " + (at + 1) + ": " + problem);
  }
}
