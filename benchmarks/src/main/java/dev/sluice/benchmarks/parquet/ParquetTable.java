package dev.sluice.benchmarks.parquet;

import static java.util.Objects.requireNonNull;

import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Collectors;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/** Writes tables as Parquet files. */
public final class ParquetTable {
  private ParquetTable() {}

  /** What the values of a column are; each of them may also be null. */
  public enum ColumnType {
    TEXT("VARCHAR", String.class),
    INTEGER("BIGINT", Long.class),
    REAL("DOUBLE", Double.class),
    BOOLEAN("BOOLEAN", Boolean.class);

    private final String sql;
    private final Class<?> java;

    ColumnType(String sql, Class<?> java) {
      this.sql = sql;
      this.java = java;
    }
  }

  /** A column of a table. */
  public record Column(String name, ColumnType type) {
    public Column {
      requireNonNull(name, "name");
      requireNonNull(type, "type");
    }

    private String definition() {
      return "\"" + name.replace("\"", "\"\"") + "\" " + type.sql;
    }
  }

  /**
   * Writes a file that is there as a whole or not at all; one of its name is replaced. The table is
   * held in memory, in columns, while it is written.
   *
   * @param columns at least one; names differ in more than their case
   * @param rows a {@code String}, {@code Long}, {@code Double} or {@code Boolean} for each column, or
   *     null; read once
   * @throws PrerequisiteException if it cannot be written
   */
  public static void write(
      Path file, List<Column> columns, Iterable<? extends List<? extends @Nullable Object>> rows) {
    check(columns);
    Path fresh = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
    try {
      try (DuckDBConnection database = DuckDb.open()) {
        fill(database, columns, rows);
        copy(database, fresh);
      }
      try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (SQLException e) {
      throw unwritable(file, DuckDb.reason(e), e);
    } catch (IOException e) {
      throw unwritable(file, e.toString(), e);
    } finally {
      remove(fresh);
    }
  }

  private static void check(List<Column> columns) {
    long names = columns.stream().map(c -> c.name().toLowerCase(Locale.ROOT)).distinct().count();
    if (columns.isEmpty() || names < columns.size()) {
      throw new IllegalArgumentException(
          "columns " + columns + ": at least one, and no name twice, whatever its case");
    }
  }

  private static void fill(
      DuckDBConnection database,
      List<Column> columns,
      Iterable<? extends List<? extends @Nullable Object>> rows)
      throws SQLException {
    try (Statement statement = database.createStatement()) {
      statement.execute(
          columns.stream()
              .map(Column::definition)
              .collect(Collectors.joining(", ", "CREATE TABLE rows (", ")")));
    }
    try (DuckDBAppender appender = database.createAppender("rows")) {
      for (List<? extends @Nullable Object> row : rows) {
        append(appender, columns, row);
      }
    }
  }

  private static void append(
      DuckDBAppender appender, List<Column> columns, List<? extends @Nullable Object> row)
      throws SQLException {
    if (row.size() != columns.size()) {
      throw new IllegalArgumentException(row.size() + " values for " + columns.size() + " columns");
    }
    appender.beginRow();
    for (int i = 0; i < row.size(); i++) {
      Column column = columns.get(i);
      Object value = row.get(i);
      if (value != null && !column.type().java.isInstance(value)) {
        throw new IllegalArgumentException(
            "column %s: %s is no %s"
                .formatted(column.name(), value, column.type().java.getSimpleName()));
      }
      switch (value) {
        case null -> appender.appendNull();
        case String text -> appender.append(text);
        case Long integer -> appender.append(integer.longValue());
        case Double real -> appender.append(real.doubleValue());
        case Boolean truth -> appender.append(truth.booleanValue());
        default -> throw new IllegalStateException(column.name());
      }
    }
    appender.endRow();
  }

  private static void copy(DuckDBConnection database, Path file) throws SQLException {
    String path = file.toAbsolutePath().toString().replace("'", "''");
    try (Statement statement = database.createStatement()) {
      statement.execute("COPY rows TO '" + path + "' (FORMAT parquet, COMPRESSION zstd)");
    }
  }

  private static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw unwritable(file, e.toString(), e);
    }
  }

  private static PrerequisiteException unwritable(Path file, String reason, Exception e) {
    return new PrerequisiteException(
        file + " cannot be written: " + reason + ". Check the folder and the space on its disk", e);
  }
}
