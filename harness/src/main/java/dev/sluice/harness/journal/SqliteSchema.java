package dev.sluice.harness.journal;

import dev.sluice.scorers.PrerequisiteException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteConfig.TransactionMode;

/**
 * What a file says it is, in the two numbers of its header that SQLite leaves to programs.
 *
 * @param what such as {@code file of jobs}, for messages
 */
record SqliteSchema(String what, int applicationId, int version) {

  /** Connect to a file whose every commit is to be durable, making it as needed. */
  static Connection connect(Path path, int busyMilliseconds) throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(busyMilliseconds);
    config.setJournalMode(JournalMode.WAL);
    config.setSynchronous(SynchronousMode.FULL);
    config.setTransactionMode(TransactionMode.IMMEDIATE);
    // The raw URI keeps blanks and question marks apart from the driver's own parameters.
    return config.createConnection("jdbc:sqlite:file:" + path.toUri().getRawPath());
  }

  /** Whether nobody has used the file. */
  boolean isFresh(Statement statement) throws SQLException {
    return pragma(statement, "application_id") == 0 && pragma(statement, "schema_version") == 0;
  }

  /** Whether the file is ours, and of an earlier version. */
  boolean isOf(Statement statement, int earlier) throws SQLException {
    return pragma(statement, "application_id") == applicationId
        && pragma(statement, "user_version") == earlier;
  }

  /** Say that the file is of this schema. */
  void mark(Statement statement) throws SQLException {
    statement.execute("PRAGMA application_id = " + applicationId);
    statement.execute("PRAGMA user_version = " + version);
  }

  /** Refuse a file that is another program's, or of another release. */
  void require(Statement statement, Path path) throws SQLException {
    if (!isOf(statement, version)) {
      throw new PrerequisiteException(
          "%s is not a %s of schema %d (it says %d): move it away, or choose another folder with --journal"
              .formatted(path, what, version, pragma(statement, "user_version")));
    }
  }

  private static int pragma(Statement statement, String name) throws SQLException {
    try (ResultSet row = statement.executeQuery("PRAGMA " + name)) {
      return row.getInt(1);
    }
  }
}
