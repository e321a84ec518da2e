package dev.sluice.harness.journal;

import dev.sluice.harness.jobs.JobStore;
import dev.sluice.harness.sweep.Journal;
import dev.sluice.harness.sweep.SweepEvent;
import dev.sluice.harness.sweep.SweepState;
import dev.sluice.harness.tasks.Evaluation;
import dev.sluice.harness.tasks.EvaluationReader;
import dev.sluice.harness.tasks.EvaluationWriter;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A folder of journals: one SQLite file for each sweep, {@code NAME.sluice.db}.
 *
 * <p>Safe for several threads and processes, with one writer for each sweep. What a user can repair
 * (a wrong name, a damaged file, a full disk, missing rights) is a {@link PrerequisiteException}.
 */
public final class JournalFolder {
  private static final String SUFFIX = ".sluice.db";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  private final Path folder;
  private final Clock clock;

  /** A folder that need not exist yet. */
  public JournalFolder(Path folder) {
    this(folder, Clock.systemUTC());
  }

  JournalFolder(Path folder, Clock clock) {
    this.folder = folder.toAbsolutePath().normalize();
    this.clock = clock;
  }

  /**
   * One sweep as a list shows it.
   *
   * @param state empty where nothing has started or the journal cannot be read
   * @param problem why it cannot be read; empty where it can
   * @param lastChange when its last event was written; the file's own time where there is none
   */
  public record Entry(
      String name, Optional<SweepState> state, Optional<String> problem, Instant lastChange) {}

  /**
   * Where journals are kept if the user says nothing: {@code SLUICE_JOURNAL}, else {@code
   * XDG_STATE_HOME/sluice}, else {@code ~/.local/state/sluice}.
   */
  public static Path standard(Map<String, String> environment) {
    String own = environment.getOrDefault("SLUICE_JOURNAL", "");
    if (!own.isBlank()) {
      return Path.of(own);
    }
    String state = environment.getOrDefault("XDG_STATE_HOME", "");
    // The XDG specification has relative paths ignored.
    if (!state.isBlank() && Path.of(state).isAbsolute()) {
      return Path.of(state, "sluice");
    }
    String home = environment.getOrDefault("HOME", System.getProperty("user.home"));
    return Path.of(home, ".local", "state", "sluice");
  }

  /** The file of a sweep, which need not exist. */
  public Path fileOf(String sweepName) {
    requireName(sweepName, "a sweep");
    return folder.resolve(sweepName + SUFFIX);
  }

  private static void requireName(String name, String what) {
    if (!NAME.matcher(name).matches()) {
      throw new PrerequisiteException(
          "'"
              + name
              + "' is no name for "
              + what
              + ": use 1 to 100 letters, digits, dots, dashes"
              + " and underscores, the first a letter or a digit");
    }
  }

  /** The file in which digests of checkpoints are remembered. */
  public Path digestCache() {
    return folder.resolve("digests.json");
  }

  /** The answers of evaluations, which the caller closes. */
  public AnswerFile answers() {
    return AnswerFile.in(folder);
  }

  /**
   * The jobs of a service on this folder, which the caller closes; until then every other service is
   * refused.
   *
   * @throws PrerequisiteException if another service has them, or their file cannot be used
   */
  public JobStore jobs() {
    return JobFile.in(folder, clock.instant());
  }

  /** Where an evaluation is kept, for the caller to write and close. */
  public EvaluationWriter write(Evaluation evaluation) {
    return new EvaluationFileWriter(evaluationFile(evaluation.name()), evaluation);
  }

  /**
   * An evaluation that has ended.
   *
   * @throws PrerequisiteException if there is none, or it is damaged
   */
  public EvaluationReader evaluation(String name) {
    return EvaluationFile.open(evaluationFile(name));
  }

  private Path evaluationFile(String name) {
    requireName(name, "an evaluation");
    return folder.resolve(name + EvaluationFile.SUFFIX);
  }

  public boolean exists(String sweepName) {
    return Files.exists(fileOf(sweepName));
  }

  /**
   * Open a sweep for writing, making folder and file as needed. The whole file is checked first. The
   * caller closes it; until then every other writer, here or in another process, is refused.
   */
  public Journal open(String sweepName) {
    SweepFile file = new SweepFile(fileOf(sweepName));
    WriterLock lock = null;
    Journal journal = null;
    try {
      Files.createDirectories(folder);
      lock = WriterLock.acquire(folder, sweepName, clock.instant());
      journal = open(file, lock);
      return journal;
    } catch (IOException e) {
      throw unusable(e);
    } catch (SQLException e) {
      throw SqliteFailure.of(file.path(), e);
    } finally {
      if (journal == null && lock != null) {
        lock.close();
      }
    }
  }

  private Journal open(SweepFile file, WriterLock lock) throws IOException, SQLException {
    if (!Files.exists(file.path())) {
      file.create();
    }
    // SQLite would quietly fall back to reading and refuse the first event only.
    if (!Files.isWritable(file.path())) {
      throw new PrerequisiteException(
          file.path() + " may not be written: check its rights, or use another journal folder");
    }
    EventReader soFar;
    // Read-only: closing a writable connection would already move the log into a damaged file.
    try (Connection connection = connect(file)) {
      soFar = new EventReader(file.path()).read(connection);
      soFar.requireSound(connection);
    }
    return new SqliteJournal(file, lock, clock, file.writable(), soFar);
  }

  /** A checked read-only connection. */
  private static Connection connect(SweepFile file) throws IOException, SQLException {
    // SQLite takes an empty file for a new database, and its log for a leftover to delete.
    if (Files.size(file.path()) == 0) {
      throw SqliteFailure.damaged(file.path(), "it is empty (0 bytes)");
    }
    Connection connection = file.readOnly();
    boolean ours = false;
    try {
      SweepFile.requireOurs(connection, file.path());
      ours = true;
      return connection;
    } finally {
      if (!ours) {
        connection.close();
      }
    }
  }

  /** All committed events of a sweep, whether or not some process is writing it. */
  public List<SweepEvent> read(String sweepName) {
    return reader(existing(sweepName)).events();
  }

  private SweepFile existing(String sweepName) {
    SweepFile file = new SweepFile(fileOf(sweepName));
    if (!Files.exists(file.path())) {
      throw new PrerequisiteException(
          "no sweep '"
              + sweepName
              + "' in "
              + folder
              + ": 'sluice list' shows those that are there");
    }
    return file;
  }

  private EventReader reader(SweepFile file) {
    try (Connection connection = connect(file)) {
      return new EventReader(file.path()).read(connection);
    } catch (SQLException e) {
      if (SqliteFailure.isPlace(e)) {
        return readCopy(file);
      }
      throw SqliteFailure.of(file.path(), e);
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /** SQLite must write beside a file to read it; where it may not, a copy is read instead. */
  private EventReader readCopy(SweepFile file) {
    try (PrivateCopy copy = new PrivateCopy(file)) {
      return copy.read();
    } catch (SQLException e) {
      throw SqliteFailure.of(file.path(), e);
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /**
   * What can still be read of a damaged sweep: its events up to the first that cannot, perhaps none.
   * The file and its log are copied first and stay as they are.
   */
  public List<SweepEvent> salvage(String sweepName) {
    SweepFile file = existing(sweepName);
    try {
      if (WriterLock.heldHere(folder, sweepName)) {
        return reader(file).events();
      }
      try (PrivateCopy copy = new PrivateCopy(file)) {
        return copy.salvage();
      }
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /** The names of all sweeps in the folder. */
  public List<String> sweeps() {
    return names(SUFFIX);
  }

  /** Every sweep in the folder by name; one that cannot be read is listed with its problem. */
  public List<Entry> list() {
    return sweeps().stream().map(this::entry).toList();
  }

  /**
   * When a sweep's files last changed and how long they are, as an opaque text: as long as it is the
   * same, so is the sweep. Empty where there is no such sweep.
   */
  public Optional<String> sweepStamp(String sweepName) {
    Path file = fileOf(sweepName);
    return stamp(file).map(s -> s + " " + stamp(file.resolveSibling(file.getFileName() + "-wal")));
  }

  /** As {@link #sweepStamp}, of an evaluation. */
  public Optional<String> evaluationStamp(String name) {
    return stamp(evaluationFile(name));
  }

  private static Optional<String> stamp(Path file) {
    try {
      return Optional.of(Files.getLastModifiedTime(file) + " " + Files.size(file));
    } catch (IOException e) {
      // Not there, or not to be seen: for a reader the same.
      return Optional.empty();
    }
  }

  /** A message without the path of the folder, for readers who have no business with it. */
  public String withoutPlace(String message) {
    return message.replace(folder + "/", "").replace(folder.toString(), "the journal folder");
  }

  /** The names of all evaluations in the folder that have ended. */
  public List<String> evaluations() {
    return names(EvaluationFile.SUFFIX);
  }

  private List<String> names(String suffix) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(f -> f.getFileName().toString())
          .filter(f -> f.endsWith(suffix))
          .map(f -> f.substring(0, f.length() - suffix.length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /** A sweep as {@link #list} shows it. */
  public Entry entry(String name) {
    try {
      EventReader read = reader(existing(name));
      Instant last = read.events().isEmpty() ? fileTime(name) : read.last();
      return new Entry(name, SweepState.of(read.events()), Optional.empty(), last);
    } catch (PrerequisiteException e) {
      return new Entry(name, Optional.empty(), Optional.ofNullable(e.getMessage()), fileTime(name));
    }
  }

  private Instant fileTime(String name) {
    try {
      return Files.getLastModifiedTime(folder.resolve(name + SUFFIX)).toInstant();
    } catch (IOException e) {
      // Removed since it was listed.
      return Instant.EPOCH;
    }
  }

  private PrerequisiteException unusable(IOException e) {
    return new PrerequisiteException(
        "journal folder "
            + folder
            + " cannot be used ("
            + e
            + "): check its rights and the disk's"
            + " space, or choose another with --journal or SLUICE_JOURNAL",
        e);
  }
}
