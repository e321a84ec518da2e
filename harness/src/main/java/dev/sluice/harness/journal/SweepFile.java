package dev.sluice.harness.journal;

import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteConfig.TransactionMode;
import org.sqlite.SQLiteOpenMode;

/**
 * One sweep's SQLite file: how it is made, opened and recognised.
 *
 * <p>The file is only ever opened through SQLite: closing it after reading it any other way would
 * take the locks of this process's connections from them.
 */
record SweepFile(Path path) {
  /** "Sluc" in ASCII, at byte 68 of every journal: tells it from other programs' files. */
  static final int APPLICATION_ID = 0x536C7563;

  /** Raised with every change of a table or of an event's fields. */
  static final int SCHEMA_VERSION = 3;

  private static final int BUSY_MILLISECONDS = 10_000;

  private static final String[] TABLES = {
    """
    CREATE TABLE event(
      seq INTEGER PRIMARY KEY,
      at TEXT NOT NULL,
      kind TEXT NOT NULL,
      payload TEXT NOT NULL,
      chain TEXT NOT NULL)
    """,
    """
    CREATE TABLE trial(
      seq INTEGER NOT NULL REFERENCES event(seq),
      step INTEGER NOT NULL,
      candidate TEXT NOT NULL,
      variant TEXT NOT NULL,
      outcome TEXT NOT NULL,
      measure TEXT NOT NULL,
      objective REAL,
      identity TEXT NOT NULL,
      UNIQUE(step, candidate))
    """
  };

  /** The file that holds what is committed but not yet in the main file. */
  Path wal() {
    return path.resolveSibling(path.getFileName() + "-wal");
  }

  /** Make an empty journal: under another name first, so that no half-made file is ever seen. */
  void create() throws IOException, SQLException {
    if (Files.exists(wal())) {
      throw new PrerequisiteException(
          path
              + " is missing, but "
              + wal().getFileName()
              + " beside it is not: put the file back"
              + " or move that one away as well");
    }
    SweepFile fresh = new SweepFile(path.resolveSibling(path.getFileName() + ".new"));
    Files.deleteIfExists(fresh.path);
    Files.deleteIfExists(fresh.wal());
    try (Connection connection = fresh.writable();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (String table : TABLES) {
        statement.execute(table);
      }
      statement.execute("PRAGMA application_id = " + APPLICATION_ID);
      statement.execute("PRAGMA user_version = " + SCHEMA_VERSION);
      connection.commit();
    }
    Files.move(fresh.path, path, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel folder = FileChannel.open(path.resolveSibling(""), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  /** A connection that cannot change the file; others may write meanwhile. */
  Connection readOnly() throws SQLException {
    SQLiteConfig config = config();
    config.resetOpenMode(SQLiteOpenMode.READWRITE);
    config.resetOpenMode(SQLiteOpenMode.CREATE);
    config.setReadOnly(true);
    return connect(config);
  }

  /** The writer's connection: a commit is on the disk when it returns. */
  Connection writable() throws SQLException {
    SQLiteConfig config = config();
    config.setJournalMode(JournalMode.WAL);
    config.setSynchronous(SynchronousMode.FULL);
    config.setTransactionMode(TransactionMode.IMMEDIATE);
    // Every commit moves into the main file at once: damage to that is noticed, while SQLite takes
    // a damaged tail of the write-ahead log for a commit that never happened.
    config.setWalAutocheckpoint(1);
    return connect(config);
  }

  /** A connection to a private copy that reads what it can of a damaged file. */
  Connection tolerant() throws SQLException {
    Connection connection = connect(config());
    try (Statement statement = connection.createStatement()) {
      // Lets SQLite open a file that is shorter than its header says.
      statement.execute("PRAGMA writable_schema = ON");
    }
    return connection;
  }

  private static SQLiteConfig config() {
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(BUSY_MILLISECONDS);
    return config;
  }

  private Connection connect(SQLiteConfig config) throws SQLException {
    // The raw URI keeps blanks, question marks and bytes of other encodings in the path apart from
    // the parameters that the driver reads out of its address.
    return config.createConnection("jdbc:sqlite:file:" + path.toUri().getRawPath());
  }

  /** Refuse files of other programs and of newer releases; the path is for the message. */
  static void requireOurs(Connection connection, Path path) throws SQLException {
    long application = pragma(connection, "application_id");
    if (application != APPLICATION_ID) {
      throw new PrerequisiteException(
          path
              + " is an SQLite file of another program (application id "
              + application
              + "): move it away or use another journal folder");
    }
    long version = pragma(connection, "user_version");
    if (version != SCHEMA_VERSION) {
      throw new PrerequisiteException(
          path
              + " has journal schema "
              + version
              + ", this release of Sluice reads schema "
              + SCHEMA_VERSION
              + ": use the release that wrote it");
    }
  }

  private static long pragma(Connection connection, String name) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("PRAGMA " + name)) {
      return row.getLong(1);
    }
  }
}
