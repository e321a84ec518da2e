package dev.sluice.harness.journal;

import dev.sluice.harness.answers.Answer;
import dev.sluice.harness.answers.AnswerJournal;
import dev.sluice.harness.answers.AnswerKey;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * All answers of a journal folder in one SQLite file, found by their keys alone. Several processes may
 * use it at once. Safe for several threads.
 */
public final class AnswerFile implements AnswerJournal {
  /** The number is "Slua" in ASCII. */
  private static final SqliteSchema SCHEMA = new SqliteSchema("file of answers", 0x536C7561, 2);

  private static final int BUSY_MILLISECONDS = 30_000;

  private final Path path;
  private final Connection connection;

  private AnswerFile(Path path, Connection connection) {
    this.path = path;
    this.connection = connection;
  }

  /**
   * Open the answers of a folder, making both as needed.
   *
   * @throws PrerequisiteException if the file is damaged, another program's or of a newer release
   */
  public static AnswerFile in(Path folder) {
    Path path = folder.resolve("answers.db");
    Connection connection = null;
    AnswerFile file = null;
    try {
      Files.createDirectories(folder);
      connection = SqliteSchema.connect(path, BUSY_MILLISECONDS);
      prepare(connection, path);
      file = new AnswerFile(path, connection);
      return file;
    } catch (IOException e) {
      throw new PrerequisiteException(
          folder + " cannot be used for answers (" + e + "): choose another with --journal", e);
    } catch (SQLException e) {
      throw SqliteFailure.of(path, e);
    } finally {
      if (file == null) {
        close(connection);
      }
    }
  }

  private static void close(@org.jspecify.annotations.Nullable Connection connection) {
    try (connection) {
      // Only to be closed.
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void prepare(Connection connection, Path path) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      // Two first users at once: the second waits here, and finds the table.
      connection.setAutoCommit(false);
      statement.execute("PRAGMA user_version");
      if (SCHEMA.isFresh(statement)) {
        statement.execute(
            "CREATE TABLE answer(key BLOB PRIMARY KEY, log_likelihood REAL NOT NULL,"
                + " greedy INTEGER NOT NULL, squares REAL) WITHOUT ROWID");
        SCHEMA.mark(statement);
      } else if (SCHEMA.isOf(statement, 1)) {
        // Its answers have no squares and stay without.
        statement.execute("ALTER TABLE answer ADD COLUMN squares REAL");
        SCHEMA.mark(statement);
      }
      connection.commit();
      connection.setAutoCommit(true);
      SCHEMA.require(statement, path);
    }
  }

  @Override
  public synchronized Map<AnswerKey, Answer> find(Collection<AnswerKey> keys) {
    Map<AnswerKey, Answer> found = new HashMap<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT log_likelihood, greedy, squares FROM answer WHERE key = ?")) {
      for (AnswerKey key : keys) {
        select.setBytes(1, HexFormat.of().parseHex(key.hex()));
        try (ResultSet row = select.executeQuery()) {
          if (row.next()) {
            found.put(key, answer(row));
          }
        }
      }
      return found;
    } catch (SQLException e) {
      throw SqliteFailure.of(path, e);
    }
  }

  private static Answer answer(ResultSet row) throws SQLException {
    double squares = row.getDouble(3);
    return new Answer(row.getDouble(1), row.getInt(2) != 0, row.wasNull() ? Double.NaN : squares);
  }

  @Override
  public synchronized void keep(Map<AnswerKey, Answer> answers) {
    if (answers.isEmpty()) {
      return;
    }
    boolean done = false;
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT OR IGNORE INTO answer VALUES (?, ?, ?, ?)")) {
      connection.setAutoCommit(false);
      for (Map.Entry<AnswerKey, Answer> entry : answers.entrySet()) {
        insert.setBytes(1, HexFormat.of().parseHex(entry.getKey().hex()));
        insert.setDouble(2, entry.getValue().logLikelihood());
        insert.setInt(3, entry.getValue().greedy() ? 1 : 0);
        insert.setDouble(4, entry.getValue().squares());
        insert.addBatch();
      }
      insert.executeBatch();
      connection.commit();
      connection.setAutoCommit(true);
      done = true;
    } catch (SQLException e) {
      throw SqliteFailure.of(path, e);
    } finally {
      if (!done) {
        rollBack();
      }
    }
  }

  private void rollBack() {
    try {
      connection.rollback();
      connection.setAutoCommit(true);
    } catch (SQLException e) {
      throw SqliteFailure.of(path, e);
    }
  }

  @Override
  public synchronized void close() {
    close(connection);
  }
}
