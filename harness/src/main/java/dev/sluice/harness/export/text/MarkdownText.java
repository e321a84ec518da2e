package dev.sluice.harness.export.text;

/** Makes any text fit for a place in Markdown or YAML. */
final class MarkdownText {
  private MarkdownText() {}

  /** One line without control characters. */
  static String plain(String text) {
    return text.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]+", " ").strip();
  }

  /** A cell of a table: nothing in it is read as markup or ends the cell. */
  static String cell(String text) {
    return plain(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replaceAll("([\\\\`*_\\[\\]|~#>])", "\\\\$1");
  }

  /** Text in a line of code, with as many backticks around it as it needs. */
  static String code(String text) {
    String line = plain(text);
    String fence = "`";
    while (line.contains(fence)) {
      fence += "`";
    }
    boolean edge = line.startsWith("`") || line.endsWith("`");
    return edge ? fence + " " + line + " " + fence : fence + line + fence;
  }

  /** A scalar of YAML in double quotes, whatever is in it. */
  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints()
        .forEach(c -> {
          if (c == '"' || c == '\\') {
            quoted.append('\\').appendCodePoint(c);
          } else if (isUnseen(c)) {
            quoted.append("\\U%08X".formatted(c));
          } else {
            quoted.appendCodePoint(c);
          }
        });
    return quoted.append('"').toString();
  }

  private static boolean isUnseen(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }
}
