package dev.sluice.benchmarks.dataset;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sluice.benchmarks.Utf8Lines;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads plain text, a line a row. A line keeps its end, so that all rows, one after the other, are the
 * text; CR LF becomes LF.
 */
final class TextReader implements DocumentReader {
  private final Path file;
  private final Utf8Lines lines;
  private long index;

  TextReader(Path file) {
    this.file = file;
    this.lines = Utf8Lines.open(file, Files::newInputStream);
  }

  @Override
  public @Nullable Document next() {
    String line = lines.next();
    if (line == null) {
      return null;
    }
    String text = lines.terminated() ? line + "\n" : line;
    return new Document(
        file, index++, lines.number(), JsonNodeFactory.instance.objectNode().put("text", text));
  }

  @Override
  public void close() {
    lines.close();
  }
}
