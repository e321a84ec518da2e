package dev.sluice.harness.journal;

import dev.sluice.harness.sweep.SweepEvent;
import dev.sluice.harness.sweep.SweepEvent.SweepStarted;
import dev.sluice.scorers.PrerequisiteException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** Reads a journal's events in order, each checked against the chain before it is believed. */
final class EventReader {
  private final Path file;
  private final List<SweepEvent> events = new ArrayList<>();
  private String chain = EventChain.START;
  private Instant last = Instant.EPOCH;

  EventReader(Path file) {
    this.file = file;
  }

  /** What was read so far; after a failure, all that comes before the damage. */
  List<SweepEvent> events() {
    return List.copyOf(events);
  }

  /** The link of the last event read. */
  String chain() {
    return chain;
  }

  /** When the last event read was written. */
  Instant last() {
    return last;
  }

  /** Read all committed events; what other connections commit meanwhile is not seen. */
  EventReader read(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT seq, at, kind, payload, chain FROM event ORDER BY seq")) {
      while (rows.next()) {
        accept(rows);
      }
    }
    return this;
  }

  private void accept(ResultSet row) throws SQLException {
    long expected = events.size() + 1L;
    long seq = row.getLong(1);
    if (seq != expected) {
      throw SqliteFailure.damaged(file, "event " + expected + " is missing");
    }
    String at = text(row, 2);
    String kind = text(row, 3);
    String payload = text(row, 4);
    String link = EventChain.link(chain, seq, at, kind, payload);
    if (!link.equals(row.getString(5))) {
      throw SqliteFailure.damaged(file, "event " + seq + " does not match its checksum");
    }
    SweepEvent event = decode(seq, kind, payload);
    if (event instanceof SweepStarted != (seq == 1)) {
      throw SqliteFailure.damaged(file, "event " + seq + " is a " + kind + " out of place");
    }
    events.add(event);
    chain = link;
    last = Instant.parse(at);
  }

  private String text(ResultSet row, int column) throws SQLException {
    String text = row.getString(column);
    return text == null ? "" : text;
  }

  private SweepEvent decode(long seq, String kind, String payload) {
    try {
      return EventCodec.decode(kind, payload);
    } catch (IllegalArgumentException e) {
      throw new PrerequisiteException(
          file
              + ": event "
              + seq
              + " ("
              + kind
              + ") is not understood: "
              + e.getMessage()
              + ". It was written by another build of Sluice: use that one, or start a sweep under"
              + " another name",
          e);
    }
  }

  /** Fail unless the pages are sound and the table of trials says what the events say. */
  void requireSound(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("PRAGMA integrity_check(1)")) {
      String verdict = row.getString(1);
      if (!"ok".equals(verdict)) {
        throw SqliteFailure.damaged(file, String.valueOf(verdict).lines().findFirst().orElse(""));
      }
    }
    if (!storedIndex(connection).equals(TrialIndex.ofAll(events))) {
      throw SqliteFailure.damaged(file, "its table of trials disagrees with its events");
    }
  }

  private static List<TrialIndex> storedIndex(Connection connection) throws SQLException {
    List<TrialIndex> index = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT seq, step, candidate, variant, outcome, measure, objective, identity"
                    + " FROM trial ORDER BY rowid")) {
      while (row.next()) {
        double objective = row.getDouble(7);
        boolean none = row.wasNull();
        index.add(
            new TrialIndex(
                row.getLong(1),
                row.getInt(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getString(6),
                none ? OptionalDouble.empty() : OptionalDouble.of(objective),
                row.getString(8)));
      }
    }
    return index;
  }
}
