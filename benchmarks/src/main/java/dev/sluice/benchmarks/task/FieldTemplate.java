package dev.sluice.benchmarks.task;

import dev.sluice.benchmarks.task.text.PythonText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A text with places for a row's fields: {@code {name}}, {@code {outer.inner}}, {@code {list.0}},
 * each with a {@link Filter} if wanted, {@code {name|strip}}. A brace itself is written twice.
 */
public final class FieldTemplate {
  private final String source;
  private final List<Part> parts;

  private FieldTemplate(String source, List<Part> parts) {
    this.source = source;
    this.parts = List.copyOf(parts);
  }

  private sealed interface Part {
    /** Text that is the same for all rows. */
    record Fixed(String text) implements Part {}

    /** Text of one field. */
    record Field(String name, Filter filter) implements Part {}
  }

  /** A change to a field's text. */
  enum Filter {
    NONE,
    /** Without white space at both ends. */
    STRIP,
    /** Without white space at its start. */
    LSTRIP,
    /** With a question mark at its end if there is none. */
    QUESTION;

    private String of(String text) {
      return switch (this) {
        case NONE -> text;
        case STRIP -> PythonText.strip(text);
        case LSTRIP -> PythonText.lstrip(text);
        case QUESTION -> PythonText.rstrip(text).endsWith("?") ? text : text + "?";
      };
    }

    private static Optional<Filter> named(String name) {
      return Arrays.stream(values())
          .filter(f -> f != NONE && PythonText.lower(f.name()).equals(name))
          .findFirst();
    }
  }

  /**
   * Reads a template.
   *
   * @throws IllegalArgumentException if a brace has no partner or a filter is not known
   */
  public static FieldTemplate parse(String source) {
    List<Part> parts = new ArrayList<>();
    StringBuilder fixed = new StringBuilder();
    int at = 0;
    while (at < source.length()) {
      char c = source.charAt(at);
      boolean twice = at + 1 < source.length() && source.charAt(at + 1) == c;
      if ((c == '{' || c == '}') && twice) {
        fixed.append(c);
        at += 2;
      } else if (c == '{') {
        int end = source.indexOf('}', at);
        parts.add(new Part.Fixed(fixed.toString()));
        fixed.setLength(0);
        parts.add(field(source, at, end));
        at = end + 1;
      } else if (c == '}') {
        throw new IllegalArgumentException("'}' at character " + (at + 1) + " closes nothing");
      } else {
        fixed.append(c);
        at++;
      }
    }
    parts.add(new Part.Fixed(fixed.toString()));
    return new FieldTemplate(source, parts);
  }

  private static Part field(String source, int at, int end) {
    if (end < 0) {
      throw new IllegalArgumentException("'{' at character " + (at + 1) + " is never closed");
    }
    List<String> words = PythonText.split(source.substring(at + 1, end), '|');
    if (words.size() > 2 || PythonText.strip(words.getFirst()).isEmpty()) {
      throw new IllegalArgumentException(
          "'" + source.substring(at, end + 1) + "' is not {field} or {field|filter}");
    }
    String filter = words.size() == 1 ? "" : words.get(1);
    return new Part.Field(
        words.getFirst(),
        words.size() == 1
            ? Filter.NONE
            : Filter.named(filter)
                .orElseThrow(() ->
                    new IllegalArgumentException(
                        "no filter '%s': there are strip, lstrip, question".formatted(filter))));
  }

  /** The text for a row, in which every field has to be there. */
  String render(Row row) {
    StringBuilder out = new StringBuilder();
    for (Part part : parts) {
      switch (part) {
        case Part.Fixed(String text) -> out.append(text);
        case Part.Field(String name, Filter filter) -> out.append(filter.of(row.text(name)));
      }
    }
    return out.toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FieldTemplate template && template.source.equals(source);
  }

  @Override
  public int hashCode() {
    return source.hashCode();
  }

  /** The template as it was written. */
  @Override
  public String toString() {
    return source;
  }
}
