package dev.sluice.harness.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.harness.jobs.Job;
import dev.sluice.harness.jobs.JobStore;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The jobs of a service in one SQLite file, a row each, beside the journals of what they made. */
final class JobFile implements JobStore {
  static final String NAME = "jobs.db";

  /** The number is "Sluj" in ASCII. */
  private static final SqliteSchema SCHEMA = new SqliteSchema("file of jobs", 0x536C756A, 1);

  private static final int BUSY_MILLISECONDS = 10_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String TABLE =
      """
      CREATE TABLE job(
        name TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        plan TEXT NOT NULL,
        priority INTEGER NOT NULL,
        state TEXT NOT NULL,
        created TEXT NOT NULL,
        started TEXT,
        ended TEXT,
        problem TEXT,
        place INTEGER NOT NULL,
        interrupted INTEGER NOT NULL,
        starts INTEGER NOT NULL)
      """;

  private final Path path;
  private final WriterLock lock;
  private final Connection connection;
  private boolean closed;

  private JobFile(Path path, WriterLock lock, Connection connection) {
    this.path = path;
    this.lock = lock;
    this.connection = connection;
  }

  /** Open the jobs of a folder, making both as needed. */
  static JobFile in(Path folder, Instant now) {
    Path path = folder.resolve(NAME);
    WriterLock lock = null;
    JobFile file = null;
    try {
      Files.createDirectories(folder);
      lock = WriterLock.acquireJobs(folder, now);
      file = new JobFile(path, lock, connect(path));
      return file;
    } catch (IOException e) {
      throw new PrerequisiteException(
          folder + " cannot be used for jobs (" + e + "): choose another with --journal", e);
    } catch (SQLException e) {
      throw SqliteFailure.of(path, e);
    } finally {
      if (file == null && lock != null) {
        lock.close();
      }
    }
  }

  private static Connection connect(Path path) throws SQLException {
    Connection connection = SqliteSchema.connect(path, BUSY_MILLISECONDS);
    boolean ready = false;
    try {
      prepare(connection, path);
      ready = true;
      return connection;
    } finally {
      if (!ready) {
        connection.close();
      }
    }
  }

  private static void prepare(Connection connection, Path path) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      if (SCHEMA.isFresh(statement)) {
        statement.execute(TABLE);
        SCHEMA.mark(statement);
      }
      connection.commit();
      connection.setAutoCommit(true);
      SCHEMA.require(statement, path);
    }
  }

  @Override
  public List<Kept> load() {
    List<Kept> jobs = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT name, kind, plan, priority, state, created, started, ended, problem, place,"
                    + " interrupted, starts FROM job")) {
      while (row.next()) {
        jobs.add(kept(row));
      }
      return jobs;
    } catch (SQLException e) {
      throw SqliteFailure.of(path, e);
    } catch (JsonProcessingException | RuntimeException e) {
      throw new PrerequisiteException(
          path + " is damaged (" + e + "): move it away; journals of sweeps are not in it", e);
    }
  }

  private static Kept kept(ResultSet row) throws SQLException, JsonProcessingException {
    Job.Times times =
        new Job.Times(
            Instant.parse(row.getString(6)), time(row.getString(7)), time(row.getString(8)));
    LinkedHashMap<String, String> plan =
        JSON.readValue(row.getString(3), new TypeReference<LinkedHashMap<String, String>>() {});
    Job job =
        new Job(
            row.getString(1),
            Job.Kind.valueOf(row.getString(2)),
            plan,
            row.getInt(4),
            Job.State.valueOf(row.getString(5)),
            times,
            Optional.ofNullable(row.getString(9)));
    return new Kept(job, row.getLong(10), row.getInt(11) != 0, row.getInt(12));
  }

  private static Optional<Instant> time(@Nullable String text) {
    return Optional.ofNullable(text).map(Instant::parse);
  }

  @Override
  public void save(Kept kept) {
    Job job = kept.job();
    execute(
        "INSERT OR REPLACE INTO job(name, kind, plan, priority, state, created, started, ended,"
            + " problem, place, interrupted, starts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        Arrays.asList(
            job.name(),
            job.kind().name(),
            plan(job),
            job.priority(),
            job.state().name(),
            job.times().created().toString(),
            job.times().started().map(Instant::toString).orElse(null),
            job.times().ended().map(Instant::toString).orElse(null),
            job.problem().orElse(null),
            kept.order(),
            kept.interrupted() ? 1 : 0,
            kept.starts()));
  }

  private static String plan(Job job) {
    try {
      return JSON.writeValueAsString(job.plan());
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void remove(String name) {
    execute("DELETE FROM job WHERE name = ?", List.of(name));
  }

  /** One statement is one transaction. */
  private void execute(String sql, List<? extends @Nullable Object> values) {
    if (closed) {
      throw new IllegalStateException(path + " is closed");
    }
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.size(); i++) {
        statement.setObject(i + 1, values.get(i));
      }
      statement.executeUpdate();
    } catch (SQLException e) {
      throw SqliteFailure.of(path, e);
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
    } catch (SQLException e) {
      throw SqliteFailure.of(path, e);
    }
  }
}
