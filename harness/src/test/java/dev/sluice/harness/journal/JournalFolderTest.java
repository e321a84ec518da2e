package dev.sluice.harness.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.harness.sweep.Journal;
import dev.sluice.harness.sweep.SampleSweeps;
import dev.sluice.scorers.PrerequisiteException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalFolderTest {
  private static final Instant NOW = Instant.parse("2026-02-03T04:05:06.789Z");

  @TempDir Path folder;

  private JournalFolder journals() {
    return new JournalFolder(folder, Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private void write(String name) {
    try (Journal journal = journals().open(name)) {
      SampleSweeps.interrupted().forEach(journal::append);
    }
  }

  @Test
  void standardPlaceFollowsTheEnvironment() {
    assertThat(JournalFolder.standard(Map.of("SLUICE_JOURNAL", "here", "XDG_STATE_HOME", "/x")))
        .isEqualTo(Path.of("here"));
    assertThat(JournalFolder.standard(Map.of("SLUICE_JOURNAL", " ", "XDG_STATE_HOME", "/x")))
        .isEqualTo(Path.of("/x/sluice"));
    assertThat(JournalFolder.standard(Map.of("XDG_STATE_HOME", "relative", "HOME", "/home/u")))
        .isEqualTo(Path.of("/home/u/.local/state/sluice"));
    assertThat(JournalFolder.standard(Map.of()))
        .isEqualTo(Path.of(System.getProperty("user.home"), ".local/state/sluice"));
  }

  @Test
  void filesLieInTheFolder() {
    assertThat(journals().fileOf("llama3-8b.v1_x"))
        .isEqualTo(folder.resolve("llama3-8b.v1_x.sluice.db"));
    assertThat(journals().digestCache()).isEqualTo(folder.resolve("digests.json"));
    assertThat(journals().fileOf("x".repeat(100))).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ".", "..", ".hidden", "-x", "a/b", "../x", "a b", "a\n", "é", "a:b", "a\\b"})
  void namesThatAreNoFileNamesAreRefused(String name) {
    for (var use :
        List.<Runnable>of(
            () -> journals().fileOf(name),
            () -> journals().open(name).close(),
            () -> journals().read(name),
            () -> journals().exists(name))) {
      assertThatExceptionOfType(PrerequisiteException.class)
          .isThrownBy(use::run)
          .withMessageContaining("'" + name + "'");
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void longNamesAreRefused() {
    assertThatThrownBy(() -> journals().fileOf("x".repeat(101)))
        .isInstanceOf(PrerequisiteException.class);
  }

  @Test
  void readingWhatIsNotThereIsRefusedAndMakesNothing() {
    JournalFolder none = new JournalFolder(folder.resolve("none"));
    assertThat(none.list()).isEmpty();
    assertThat(none.exists("x")).isFalse();
    for (var use : List.<Runnable>of(() -> none.read("x"), () -> none.salvage("x"))) {
      assertThatExceptionOfType(PrerequisiteException.class)
          .isThrownBy(use::run)
          .withMessageContaining("'x'")
          .withMessageContaining("sluice list");
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void listNamesEverySweepWithItsStateOrItsProblem() throws Exception {
    write("beta");
    write("alpha");
    // As a kill right after the creation leaves it.
    new SweepFile(journals().fileOf("fresh")).create();
    Files.writeString(
        journals().fileOf("broken"), "not a database, but long enough to be one".repeat(99));
    Files.createDirectory(journals().fileOf("directory"));
    Files.writeString(folder.resolve("odd name.sluice.db"), "x");
    Files.writeString(folder.resolve("unrelated.db"), "x");

    List<JournalFolder.Entry> list = journals().list();

    assertThat(list)
        .extracting(JournalFolder.Entry::name)
        .containsExactly("alpha", "beta", "broken", "directory", "fresh", "odd name");
    assertThat(list)
        .extracting(e -> e.problem().isPresent())
        .containsExactly(false, false, true, true, false, true);
    assertThat(list.getFirst().state().orElseThrow().steps()).hasSize(2);
    assertThat(list.getFirst().lastChange()).isEqualTo(NOW);
    assertThat(list.get(4).state()).as("nothing has started").isEmpty();
    assertThat(list.get(2).problem().orElseThrow())
        .contains("broken.sluice.db", "not an SQLite file");
  }

  @Test
  void journalInWhichNothingBeganLeavesNoFile() {
    journals().open("refused").close();
    assertThat(journals().exists("refused")).isFalse();
    assertThat(journals().list()).isEmpty();
  }

  @Test
  void sweepOpenForWritingIsListed() {
    try (Journal journal = journals().open("live")) {
      journal.append(SampleSweeps.started());
      assertThat(journals().list().getFirst().state()).isPresent();
    }
  }

  @Test
  void folderThatCannotBeMadeIsRefusedWithTheNextStep() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "x");
    for (Path place : Stream.of(file, file.resolve("below"), Path.of("/proc/sluice")).toList()) {
      assertThatExceptionOfType(PrerequisiteException.class)
          .as("%s", place)
          .isThrownBy(() -> new JournalFolder(place).open("x"))
          .withMessageContaining(place.toString())
          .withMessageContaining("SLUICE_JOURNAL");
    }
  }

  @Test
  void folderWithoutTheRightToWriteCanBeReadAndRefusesAWriter() throws Exception {
    write("x");
    Files.delete(folder.resolve("x.sluice.lock"));
    Set<PosixFilePermission> before = Files.getPosixFilePermissions(folder);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("r-xr-xr-x"));
    try {
      Assumptions.assumeFalse(Files.isWritable(folder), "root may write everywhere");
      assertThat(journals().read("x")).isEqualTo(SampleSweeps.interrupted());
      assertThat(journals().salvage("x")).isEqualTo(SampleSweeps.interrupted());
      assertThatExceptionOfType(PrerequisiteException.class)
          .isThrownBy(() -> journals().open("x").close())
          .withMessageContaining(folder.toString());
    } finally {
      Files.setPosixFilePermissions(folder, before);
    }
  }

  @Test
  void fileWithoutTheRightToWriteIsRefusedBeforeAnythingIsScored() throws Exception {
    write("x");
    Path file = journals().fileOf("x");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
    Assumptions.assumeFalse(Files.isWritable(file), "root may write everywhere");
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(() -> journals().open("x").close())
        .withMessageContaining(file.toString());
  }

  @Test
  void leftoverOfAnInterruptedCreationDoesNotMatter() throws Exception {
    Files.writeString(folder.resolve("x.sluice.db.new"), "half a file");
    Files.writeString(folder.resolve("x.sluice.db.new-journal"), "half a journal");
    write("x");
    assertThat(journals().read("x")).isEqualTo(SampleSweeps.interrupted());
  }

  @Test
  void logWithoutItsFileIsNotTakenForANewSweepsLog() throws Exception {
    Path wal = Files.writeString(folder.resolve("x.sluice.db-wal"), "someone's events");
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(() -> journals().open("x"))
        .withMessageContaining("x.sluice.db-wal");
    assertThat(wal).hasContent("someone's events");
  }
}
