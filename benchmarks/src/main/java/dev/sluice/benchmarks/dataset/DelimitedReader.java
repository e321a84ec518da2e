package dev.sluice.benchmarks.dataset;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.benchmarks.Utf8Lines;
import dev.sluice.scorers.PrerequisiteException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads separated values under a header, all as texts. A quoted value may go over several lines;
 * its line ends become line feeds.
 */
final class DelimitedReader implements DocumentReader {
  /** Bounds what a quote that nobody closes can take. */
  private static final int LONGEST_VALUE = 16 << 20;

  private final Path file;
  private final Utf8Lines lines;
  private final char separator;
  private final boolean quoting;
  private final List<String> header;
  private long index;
  private long begun;

  DelimitedReader(Path file, char separator, boolean quoting) {
    this.file = file;
    this.separator = separator;
    this.quoting = quoting;
    this.lines = Utf8Lines.open(file, Files::newInputStream);
    List<String> names = record();
    if (names == null || new HashSet<>(names).size() < names.size()) {
      lines.close();
      throw new PrerequisiteException(
          file
              + (names == null
                  ? " is empty: a first line of column names is needed"
                  : ", line 1: a column name occurs twice in " + names));
    }
    this.header = names;
  }

  @Override
  public @Nullable Document next() {
    List<String> values = record();
    if (values == null) {
      return null;
    }
    long place = index++;
    if (values.size() != header.size()) {
      throw new BadRowException(
          file,
          begun,
          "%d values under %d columns %s".formatted(values.size(), header.size(), header));
    }
    ObjectNode row = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < values.size(); i++) {
      row.put(header.get(i), values.get(i));
    }
    return new Document(file, place, begun, row);
  }

  /** The values of the next line that is not empty; null at the end. */
  private @Nullable List<String> record() {
    String line = lines.next();
    while (line != null && line.isEmpty()) {
      line = lines.next();
    }
    if (line == null) {
      return null;
    }
    begun = lines.number();
    List<String> values = new ArrayList<>();
    int at = 0;
    while (at <= line.length()) {
      if (quoting && at < line.length() && line.charAt(at) == '"') {
        Quoted quoted = quoted(line, at + 1);
        values.add(quoted.value());
        line = quoted.line();
        at = quoted.end();
      } else {
        int end = line.indexOf(separator, at);
        end = end < 0 ? line.length() : end;
        values.add(line.substring(at, end));
        at = end;
      }
      at++;
    }
    return values;
  }

  /**
   * A value whose quotes were closed.
   *
   * @param line the one that it ends in
   * @param end place of the separator after it, or the line's length
   */
  private record Quoted(String value, String line, int end) {}

  private Quoted quoted(String first, int start) {
    StringBuilder value = new StringBuilder();
    String line = first;
    int at = start;
    while (true) {
      int quote = line.indexOf('"', at);
      if (quote < 0) {
        value.append(line, at, line.length()).append('\n');
        line = following(value.length());
        at = 0;
      } else if (quote + 1 < line.length() && line.charAt(quote + 1) == '"') {
        value.append(line, at, quote + 1);
        at = quote + 2;
      } else {
        value.append(line, at, quote);
        int end = line.indexOf(separator, quote);
        end = end < 0 ? line.length() : end;
        // What follows a closing quote belongs to the value, as in Python's csv.
        value.append(line, quote + 1, end);
        return new Quoted(value.toString(), line, end);
      }
    }
  }

  private String following(int length) {
    String line = length > LONGEST_VALUE ? null : lines.next();
    if (line == null) {
      throw new PrerequisiteException(
          "%s, line %d: a quote is opened and never closed. Close it, or double it inside a value"
              .formatted(file, begun));
    }
    return line;
  }

  @Override
  public void close() {
    lines.close();
  }
}
