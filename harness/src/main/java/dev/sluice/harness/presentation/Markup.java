package dev.sluice.harness.presentation;

import java.util.ArrayDeque;
import java.util.Deque;

/** Writes a page that is both HTML and well-formed XML; whatever comes from outside is escaped. */
public final class Markup {
  private static final int REPLACEMENT = 0xfffd;

  private final StringBuilder out = new StringBuilder("<!DOCTYPE html>\n");
  private final Deque<String> open = new ArrayDeque<>();

  /** Open an element; attributes are names and values in turn. */
  public Markup open(String tag, String... attributes) {
    tag(tag, attributes).append('>');
    open.push(tag);
    return this;
  }

  /** Close the innermost open element. */
  public Markup close() {
    out.append("</").append(open.pop()).append(">");
    return this;
  }

  /** Close an element that spans lines of the source. */
  public Markup closeLine() {
    close();
    out.append('\n');
    return this;
  }

  /** An element that holds only text. */
  public Markup element(String tag, String text, String... attributes) {
    return open(tag, attributes).text(text).close();
  }

  /** One of HTML's elements without an end, such as {@code meta} and {@code input}. */
  public Markup single(String tag, String... attributes) {
    tag(tag, attributes).append(" />");
    return this;
  }

  public Markup text(String text) {
    escape(text);
    return this;
  }

  /** An element whose text HTML reads as it stands: style or script. */
  public Markup verbatim(String tag, String content) {
    if (content.indexOf('<') >= 0 || content.indexOf('&') >= 0) {
      throw new IllegalArgumentException(
          "a " + tag + " with '<' or '&' cannot be read as HTML and as XML alike");
    }
    tag(tag).append(">\n").append(content).append("</").append(tag).append(">\n");
    return this;
  }

  /** The page; every element must be closed. */
  public String page() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("elements still open: " + open);
    }
    return out.append('\n').toString();
  }

  private StringBuilder tag(String tag, String... attributes) {
    if (attributes.length % 2 != 0) {
      throw new IllegalArgumentException("attribute without a value in " + tag);
    }
    out.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("=\"");
      escape(attributes[i + 1]);
      out.append('"');
    }
    return out;
  }

  private void escape(String text) {
    text.codePoints().forEach(this::escape);
  }

  private void escape(int point) {
    switch (point) {
      case '&' -> out.append("&amp;");
      case '<' -> out.append("&lt;");
      case '>' -> out.append("&gt;");
      case '"' -> out.append("&quot;");
      case '\'' -> out.append("&#39;");
      default -> out.appendCodePoint(allowed(point) ? point : REPLACEMENT);
    }
  }

  /** What XML 1.0 may hold. */
  private static boolean allowed(int point) {
    return point == '\t'
        || point == '\n'
        || (point >= 0x20 && point < 0x7f)
        || (point > 0x9f && point < 0xd800)
        || (point > 0xdfff && point < 0xfffe)
        || point > 0xffff;
  }
}
