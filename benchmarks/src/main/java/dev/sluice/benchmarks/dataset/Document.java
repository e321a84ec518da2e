package dev.sluice.benchmarks.dataset;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;

/**
 * One row of a data set.
 *
 * @param file that it was read from: of several parts of a split, its own
 * @param index place among the rows of its split, from 0; unreadable rows count
 * @param line where the row begins in its file, from 1; in Parquet, its number there
 * @param fields the row's JSON object, its fields in the file's order; not to be changed
 */
public record Document(Path file, long index, long line, JsonNode fields) {
  public Document {
    requireNonNull(file, "file");
    requireNonNull(fields, "fields");
    if (index < 0 || line < 1 || !fields.isObject()) {
      throw new IllegalArgumentException(
          "index %d, line %d, %s: an object at a place is needed"
              .formatted(index, line, fields.getNodeType()));
    }
  }

  /** The same row at another place among those that are asked for. */
  public Document at(long newIndex) {
    return new Document(file, newIndex, line, fields);
  }

  /** Whether a row has the same fields with the same values, wherever it lies. */
  public boolean sameFields(Document other) {
    return fields.equals(other.fields);
  }
}
