package dev.sluice.harness.journal;

import dev.sluice.harness.sweep.Journal;
import dev.sluice.harness.sweep.SweepEvent;
import dev.sluice.harness.sweep.SweepEvent.SweepStarted;
import dev.sluice.harness.sweep.SweepEvent.TrialsScored;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The writer of one sweep's file: one connection, one transaction an event. */
final class SqliteJournal implements Journal {
  private static final Logger LOG = LoggerFactory.getLogger(SqliteJournal.class);

  private final SweepFile file;
  private final WriterLock lock;
  private final Clock clock;
  private final Connection connection;

  private @Nullable SweepStarted started;
  private long seq;
  private String chain;
  private boolean closed;

  /** Takes over lock and connection; {@code soFar} has read all of the file. */
  SqliteJournal(
      SweepFile file, WriterLock lock, Clock clock, Connection connection, EventReader soFar) {
    this.file = file;
    this.lock = lock;
    this.clock = clock;
    this.connection = connection;
    List<SweepEvent> events = soFar.events();
    this.started = events.isEmpty() ? null : (SweepStarted) events.getFirst();
    this.seq = events.size();
    this.chain = soFar.chain();
  }

  @Override
  public List<SweepEvent> replay() {
    requireOpen();
    try {
      return new EventReader(file.path()).read(connection).events();
    } catch (SQLException e) {
      throw SqliteFailure.of(file.path(), e);
    }
  }

  @Override
  public void append(SweepEvent event) {
    requireOpen();
    SweepStarted first = first(event);
    String at = clock.instant().toString();
    String kind = EventCodec.kind(event);
    String payload = EventCodec.payload(event);
    String link = EventChain.link(chain, seq + 1, at, kind, payload);
    List<TrialIndex> index =
        event instanceof TrialsScored scored ? TrialIndex.of(first, seq + 1, scored) : List.of();
    try {
      commit(List.of(seq + 1, at, kind, payload, link), index);
    } catch (SQLException e) {
      throw SqliteFailure.of(file.path(), e);
    }
    started = first;
    seq++;
    chain = link;
  }

  /** The event that the sweep began with, which may be this one. */
  private SweepStarted first(SweepEvent event) {
    if (event instanceof SweepStarted start) {
      if (started != null) {
        throw new IllegalArgumentException("sweep-started as event " + (seq + 1) + ": must be 1");
      }
      return start;
    }
    if (started == null) {
      throw new IllegalArgumentException(
          EventCodec.kind(event) + " as event 1: must be sweep-started");
    }
    return started;
  }

  private void commit(List<Object> event, List<TrialIndex> index) throws SQLException {
    execute("BEGIN IMMEDIATE");
    boolean done = false;
    try {
      insert("INSERT INTO event(seq, at, kind, payload, chain) VALUES (?, ?, ?, ?, ?)", event);
      for (TrialIndex row : index) {
        insert(row);
      }
      execute("COMMIT");
      done = true;
    } finally {
      if (!done) {
        rollBack();
      }
    }
  }

  private void insert(TrialIndex row) throws SQLException {
    try {
      insert(
          "INSERT INTO trial(seq, step, candidate, variant, outcome, measure, objective, identity)"
              + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
          row.values());
    } catch (SQLException e) {
      if (SqliteFailure.isConstraint(e)) {
        throw new IllegalArgumentException(
            "step " + row.step() + " has a trial of " + row.candidate() + " already", e);
      }
      throw e;
    }
  }

  private void insert(String sql, List<? extends @Nullable Object> values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.size(); i++) {
        statement.setObject(i + 1, values.get(i));
      }
      statement.executeUpdate();
    }
  }

  private void rollBack() {
    try {
      execute("ROLLBACK");
    } catch (SQLException e) {
      // SQLite has rolled back by itself after some errors; then there is nothing left to undo.
      LOG.debug("no transaction to roll back: {}", e.getMessage());
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Stand in for a full disk: let the file have no more than so many pages. */
  void limitPages(int pages) throws SQLException {
    execute("PRAGMA max_page_count = " + pages);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the journal " + file.path() + " is closed");
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try (lock) {
      connection.close();
      if (seq == 0) {
        // Refused before anything began: nothing is left behind that a list would show.
        Files.deleteIfExists(file.path());
      }
    } catch (SQLException e) {
      throw SqliteFailure.of(file.path(), e);
    } catch (IOException e) {
      LOG.debug("the empty journal {} stays: {}", file.path(), e.getMessage());
    }
  }
}
