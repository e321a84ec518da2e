package dev.sluice.harness.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.harness.sweep.Journal;
import dev.sluice.harness.sweep.SweepEvent;
import dev.sluice.scorers.PrerequisiteException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What other processes see of a journal, and what is left of one whose process was killed. */
@Timeout(120)
class JournalProcessTest {
  private static final int ROUNDS = 5;
  private static final int ROWS = 300;

  @TempDir Path temporary;
  Path folder;
  JournalFolder journals;

  @BeforeEach
  void folder() {
    folder = temporary.resolve("journals");
    journals = new JournalFolder(folder);
  }

  @Test
  void everyAcknowledgedEventSurvivesKill() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int acknowledged = 0;
    for (int round = 1; round <= ROUNDS; round++) {
      String when = "seed %d, round %d".formatted(seed, round);
      try (WriterProcess writer = WriterProcess.start(folder, "x", ROWS)) {
        writer.awaitOpen();
        acknowledged = writer.acknowledged(1 + random.nextInt(40), acknowledged);
        spin(random.nextInt(20_000_000));
        writer.kill();
        acknowledged = writer.acknowledged(Integer.MAX_VALUE, acknowledged);
        writer.exit();
      }
      requireWhole(journals.read("x"), acknowledged, when + ", read");
      requireWhole(journals.salvage("x"), acknowledged, when + ", salvaged");
      try (Journal journal = journals.open("x")) {
        requireWhole(journal.replay(), acknowledged, when + ", opened");
      }
    }
  }

  private static void spin(long nanoseconds) {
    long end = System.nanoTime() + nanoseconds;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  private static void requireWhole(List<SweepEvent> events, int acknowledged, String when) {
    assertThat(events.size())
        .as("%s: the event in flight may be there or not", when)
        .isBetween(acknowledged, acknowledged + 1);
    assertThat(events.equals(events(events.size()))).as("%s: same events", when).isTrue();
  }

  private static List<SweepEvent> events(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(i -> WriterProcess.event(i, ROWS)).toList();
  }

  @Test
  void readingWhatAKilledWriterLeftChangesNothing() throws Exception {
    try (WriterProcess writer = WriterProcess.start(folder, "x", ROWS)) {
      writer.awaitOpen();
      writer.acknowledged(5, 0);
    }
    Path file = journals.fileOf("x");
    Path wal = folder.resolve("x.sluice.db-wal");
    byte[] before = Files.readAllBytes(file);
    byte[] log = Files.readAllBytes(wal);
    assertThat(log).as("the killed writer's log").isNotEmpty();
    List<SweepEvent> read = journals.read("x");
    assertThat(read).hasSizeGreaterThanOrEqualTo(5).isEqualTo(events(read.size()));
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    assertThat(Files.readAllBytes(wal)).isEqualTo(log);
  }

  @Test
  void writerInAnotherProcessIsNamedAndReadersSeeWholeEvents() throws Exception {
    try (WriterProcess writer = WriterProcess.start(folder, "x", ROWS)) {
      writer.awaitOpen();
      int acknowledged = 0;
      for (int i = 0; i < 20; i++) {
        acknowledged = writer.acknowledged(1, acknowledged);
        List<SweepEvent> read = journals.read("x");
        assertThat(read).hasSizeGreaterThanOrEqualTo(acknowledged).isEqualTo(events(read.size()));
      }
      assertThatExceptionOfType(PrerequisiteException.class)
          .isThrownBy(() -> journals.open("x"))
          .withMessageContaining("'x'")
          .withMessageContaining("process " + writer.pid() + " on host ");
      int later = writer.acknowledged(3, acknowledged);
      assertThat(later).as("the refusal does not disturb the writer").isGreaterThan(acknowledged);
      writer.kill();
      writer.exit();
      journals.open("x").close();
    }
  }

  @Test
  void otherProcessIsRefusedWhileThisOneWrites() throws Exception {
    try (Journal journal = journals.open("x")) {
      // Reading beside the writer must not give its locks away.
      assertThat(journals.read("x")).isEqualTo(journal.replay());
      assertThat(journals.salvage("x")).isEmpty();
      try (WriterProcess writer = WriterProcess.start(folder, "x", ROWS)) {
        assertThat(writer.line())
            .contains("refused", "'x'", "process " + ProcessHandle.current().pid());
        assertThat(writer.exit()).isEqualTo(2);
      }
    }
  }

  @Test
  void fileThatMayNotGrowKeepsAllThatWasAcknowledged() throws Exception {
    Path shell = Path.of("/bin/bash");
    Assumptions.assumeTrue(Files.isExecutable(shell), "needs bash to limit the size of files");
    int rows = 20_000;
    String limit = "ulimit -f 3072; exec \"$@\"";
    try (WriterProcess writer =
        WriterProcess.start(folder, "x", rows, shell.toString(), "-c", limit, "bash")) {
      writer.awaitOpen();
      int acknowledged = 0;
      String line = writer.line();
      while (line != null && line.endsWith(" ok")) {
        acknowledged++;
        line = writer.line();
      }
      assertThat(line).contains("refused", journals.fileOf("x").toString(), "space");
      assertThat(acknowledged).isGreaterThan(5);
      assertThat(writer.exit()).isEqualTo(2);
      try (Journal journal = journals.open("x")) {
        List<SweepEvent> replay = journal.replay();
        assertThat(replay).hasSize(acknowledged);
        for (int i = 0; i < acknowledged; i++) {
          assertThat(replay.get(i).equals(WriterProcess.event(i + 1, rows))).as("" + i).isTrue();
        }
      }
    }
  }
}
