package dev.sluice.harness.journal;

import dev.sluice.harness.sweep.SweepEvent;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A sweep's file and log copied to a temporary folder, where SQLite may write beside them: for
 * damaged files and for folders without the right to write. Deleted when closed.
 */
final class PrivateCopy implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PrivateCopy.class);

  private final SweepFile original;
  private final Path folder;
  private final SweepFile copy;

  /** Must not be made of a sweep that this process writes: see {@link SweepFile}. */
  PrivateCopy(SweepFile original) throws IOException {
    this.original = original;
    this.folder = Files.createTempDirectory("sluice-journal");
    this.copy = new SweepFile(folder.resolve("copy.db"));
    boolean whole = false;
    try {
      Files.copy(original.path(), copy.path());
      if (Files.exists(original.wal())) {
        Files.copy(original.wal(), copy.wal());
      }
      whole = true;
    } finally {
      if (!whole) {
        close();
      }
    }
  }

  /** Read all events, as from the original. */
  EventReader read() throws SQLException {
    try (Connection connection = copy.readOnly()) {
      SweepFile.requireOurs(connection, original.path());
      return new EventReader(original.path()).read(connection);
    }
  }

  /** The events before the first that cannot be read, perhaps none. */
  List<SweepEvent> salvage() {
    EventReader reader = new EventReader(original.path());
    try (Connection connection = copy.tolerant()) {
      reader.read(connection);
    } catch (SQLException | PrerequisiteException e) {
      LOG.debug("salvage of {} ends after event {}", original.path(), reader.events().size(), e);
    }
    return reader.events();
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
