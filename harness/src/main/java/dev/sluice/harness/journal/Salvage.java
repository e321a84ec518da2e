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

/** Reads what a damaged file still holds, from a private copy that may be repaired at will. */
final class Salvage {
  private static final Logger LOG = LoggerFactory.getLogger(Salvage.class);

  private final SweepFile file;

  Salvage(SweepFile file) {
    this.file = file;
  }

  /** The events before the first that cannot be read. */
  List<SweepEvent> events() throws IOException {
    Path copies = Files.createTempDirectory("sluice-salvage");
    try {
      return read(copy(copies)).events();
    } finally {
      delete(copies);
    }
  }

  private SweepFile copy(Path folder) throws IOException {
    SweepFile copy = new SweepFile(folder.resolve("copy.db"));
    Files.copy(file.path(), copy.path());
    if (Files.exists(file.wal())) {
      Files.copy(file.wal(), copy.wal());
    }
    return copy;
  }

  private EventReader read(SweepFile copy) {
    EventReader reader = new EventReader(file.path());
    try (Connection connection = copy.tolerant()) {
      reader.read(connection);
    } catch (SQLException | PrerequisiteException e) {
      LOG.debug("salvage of {} ends after event {}", file.path(), reader.events().size(), e);
    }
    return reader;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path path : files.toList()) {
        Files.delete(path);
      }
    }
    Files.delete(folder);
  }
}
