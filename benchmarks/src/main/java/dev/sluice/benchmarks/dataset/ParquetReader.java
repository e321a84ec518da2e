package dev.sluice.benchmarks.dataset;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.benchmarks.parquet.ParquetRows;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads the rows of a Parquet file. */
final class ParquetReader implements DocumentReader {
  private final Path file;
  private final ParquetRows rows;
  private long index;

  ParquetReader(Path file) {
    this.file = file;
    this.rows = ParquetRows.open(file);
  }

  @Override
  public @Nullable Document next() {
    ObjectNode row = rows.next();
    return row == null ? null : new Document(file, index, ++index, row);
  }

  @Override
  public void close() {
    rows.close();
  }
}
