package dev.sluice.benchmarks.parquet;

import dev.sluice.scorers.PrerequisiteException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDriver;

/** Databases in memory that may read and write files and do nothing else. */
final class DuckDb {
  private static final int LONGEST_REASON = 200;

  private DuckDb() {}

  /**
   * An empty database of its own; the caller closes it. The first one of a process unpacks and loads
   * DuckDB's native library, which takes half a second.
   *
   * @throws PrerequisiteException if the library cannot be loaded
   */
  static DuckDBConnection open() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("threads", "1");
    properties.setProperty("memory_limit", "1GB");
    properties.setProperty("temp_directory", "");
    properties.setProperty("autoinstall_known_extensions", "false");
    properties.setProperty("autoload_known_extensions", "false");
    properties.setProperty("preserve_insertion_order", "true");
    properties.setProperty(DuckDBDriver.JDBC_STREAM_RESULTS, "true");
    DuckDBConnection connection = connect(properties);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET TimeZone = 'UTC'");
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private static DuckDBConnection connect(Properties properties) throws SQLException {
    try {
      return DuckDBConnection.newConnection("jdbc:duckdb:", false, "", properties);
    } catch (LinkageError | IllegalStateException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new PrerequisiteException(
          "Parquet cannot be read or written here, since DuckDB's native library does not load ("
              + shortened(String.valueOf(cause.getMessage()))
              + "): it is unpacked to "
              + System.getProperty("java.io.tmpdir")
              + ", which needs 80 MB and the right to run code (-Djava.io.tmpdir names another"
              + " folder). Or convert the file to JSON lines",
          e);
    }
  }

  /** A path that stands for this one file, whatever characters it has. */
  static String literally(Path file) {
    return file.toAbsolutePath().toString().replaceAll("[\\[*?]", "[$0]");
  }

  static String reason(SQLException e) {
    return shortened(String.valueOf(e.getMessage()));
  }

  private static String shortened(String message) {
    String first = message.lines().findFirst().orElse("no reason given");
    return first.length() <= LONGEST_REASON ? first : first.substring(0, LONGEST_REASON) + "...";
  }
}
