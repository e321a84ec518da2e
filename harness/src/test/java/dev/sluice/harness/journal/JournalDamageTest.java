package dev.sluice.harness.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.harness.sweep.Journal;
import dev.sluice.harness.sweep.SampleSweeps;
import dev.sluice.harness.sweep.SweepEvent;
import dev.sluice.scorers.PrerequisiteException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever happens to a file: a prefix of the sweep or a clear refusal, and the file as it was. */
@Timeout(900)
class JournalDamageTest {
  /** Many more than by default are a matter of patience: {@code -Dsluice.damage.rounds=1000}. */
  private static final int ROUNDS = Integer.getInteger("sluice.damage.rounds", 12);

  private final List<SweepEvent> sample = SampleSweeps.finished();
  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  @TempDir Path folder;
  JournalFolder journals;
  Path file;
  Path wal;
  byte[] wholeFile = new byte[0];
  byte[] wholeLog = new byte[0];

  private int opened;
  private int shortened;

  @BeforeEach
  void fileWithALogOfSeveralEvents() throws Exception {
    journals = new JournalFolder(folder);
    file = journals.fileOf("x");
    wal = folder.resolve("x.sluice.db-wal");
    try (Journal journal = journals.open("x")) {
      sample.subList(0, 9).forEach(journal::append);
      // An open read keeps what follows in the log, as after a kill.
      try (Connection reader = DriverManager.getConnection("jdbc:sqlite:" + file);
          Statement statement = reader.createStatement();
          ResultSet rows = statement.executeQuery("SELECT seq FROM event")) {
        assertThat(rows.next()).isTrue();
        sample.subList(9, sample.size()).forEach(journal::append);
        wholeFile = Files.readAllBytes(file);
        wholeLog = Files.readAllBytes(wal);
      }
    }
  }

  @Test
  void undamagedPairHoldsEverything() throws Exception {
    lay(wholeFile, wholeLog);
    assertThat(journals.read("x")).isEqualTo(sample);
    lay(wholeFile, new byte[0]);
    assertThat(journals.read("x")).hasSizeBetween(9, sample.size() - 3);
  }

  @Test
  void fileCutAtAnyByte() throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      int length = i == 0 ? 0 : random.nextInt(wholeFile.length);
      check(
          Arrays.copyOf(wholeFile, length),
          i % 2 == 0 ? wholeLog : new byte[0],
          "cut at " + length);
    }
  }

  @Test
  void logCutAtAnyByte() throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      int length = random.nextInt(wholeLog.length);
      check(wholeFile, Arrays.copyOf(wholeLog, length), "log cut at " + length);
    }
    assertThat(opened).as("a shorter log is only a shorter sweep").isEqualTo(ROUNDS);
  }

  @Test
  void bytesOfTheFileChanged() throws Exception {
    byte[] complete = complete();
    for (int i = 0; i < 3 * ROUNDS; i++) {
      byte[] damaged = flip(complete, i % 3 == 0 ? 200 : complete.length);
      check(damaged, new byte[0], "file flipped, round " + i);
    }
    assertThat(shortened).as("seed %d: a damaged file opened as a shorter sweep", seed).isZero();
  }

  @Test
  void bytesOfTheLogChanged() throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      check(wholeFile, flip(wholeLog, wholeLog.length), "log flipped, round " + i);
    }
  }

  @Test
  void runsOfBytesOverwritten() throws Exception {
    byte[] complete = complete();
    for (int i = 0; i < ROUNDS; i++) {
      byte[] damaged = complete.clone();
      int from = random.nextInt(damaged.length);
      byte[] rubbish = new byte[Math.min(damaged.length - from, 1 + random.nextInt(6000))];
      if (i % 2 == 0) {
        random.nextBytes(rubbish);
      }
      System.arraycopy(rubbish, 0, damaged, from, rubbish.length);
      check(damaged, new byte[0], "%d bytes from %d".formatted(rubbish.length, from));
    }
    assertThat(shortened).as("seed %d: a damaged file opened as a shorter sweep", seed).isZero();
  }

  private byte[] complete() throws Exception {
    lay(wholeFile, wholeLog);
    journals.open("x").close();
    assertThat(wal).doesNotExist();
    return Files.readAllBytes(file);
  }

  private byte[] flip(byte[] whole, int within) {
    byte[] damaged = whole.clone();
    int at = random.nextInt(Math.min(within, whole.length));
    damaged[at] ^= (byte) (1 << random.nextInt(8));
    return damaged;
  }

  /** Open, read and salvage: each gives a prefix or refuses, and a refusal leaves all as it was. */
  private void check(byte[] main, byte[] log, String what) throws Exception {
    String as = "seed %d: %s".formatted(seed, what);
    for (var use :
        List.<UnaryOperator<List<SweepEvent>>>of(
            e -> journals.read("x"), e -> journals.salvage("x"), e -> replay())) {
      lay(main, log);
      try {
        List<SweepEvent> read = use.apply(List.of());
        assertThat(isPrefix(read)).as(as).isTrue();
      } catch (PrerequisiteException e) {
        assertThat(e.getMessage()).as(as).contains("x.sluice.db").doesNotContain("\n");
        assertThat(Files.readAllBytes(file)).as(as).isEqualTo(main);
        assertThat(Files.exists(wal) ? Files.readAllBytes(wal) : new byte[0]).as(as).isEqualTo(log);
      }
    }
  }

  private boolean isPrefix(List<SweepEvent> read) {
    return read.size() <= sample.size() && read.equals(sample.subList(0, read.size()));
  }

  private List<SweepEvent> replay() {
    try (Journal journal = journals.open("x")) {
      opened++;
      List<SweepEvent> read = journal.replay();
      if (read.size() < sample.size()) {
        shortened++;
        journal.append(sample.get(read.size()));
        assertThat(journal.replay()).hasSize(read.size() + 1);
      }
      return read;
    }
  }

  private void lay(byte[] main, byte[] log) throws Exception {
    Files.deleteIfExists(wal);
    Files.deleteIfExists(folder.resolve("x.sluice.db-shm"));
    Files.write(file, main);
    if (log.length > 0) {
      Files.write(wal, log);
    }
  }

  @Test
  void changedLetterOfAnEventIsNoticedAndAllBeforeItIsSalvaged() throws Exception {
    byte[] damaged = complete();
    String text = new String(damaged, StandardCharsets.ISO_8859_1);
    int at = text.indexOf("\"committed\":\"3.attention\"");
    assertThat(at).isPositive();
    damaged[at + 13] = '2';
    lay(damaged, new byte[0]);
    int first =
        1
            + sample.indexOf(
                sample.stream().filter(JournalDamageTest::commits).findFirst().orElseThrow());
    for (var use : List.<Runnable>of(() -> journals.read("x"), () -> journals.open("x").close())) {
      assertThatExceptionOfType(PrerequisiteException.class)
          .isThrownBy(use::run)
          .withMessageContaining("event " + first + " does not match its checksum");
    }
    assertThat(journals.salvage("x")).isEqualTo(sample.subList(0, first - 1));
  }

  private static boolean commits(SweepEvent event) {
    return event instanceof SweepEvent.StepCommitted;
  }

  @Test
  void cutFileIsSalvagedUpToTheCut() throws Exception {
    byte[] complete = complete();
    lay(Arrays.copyOf(complete, complete.length * 3 / 4), new byte[0]);
    assertThatExceptionOfType(PrerequisiteException.class).isThrownBy(() -> journals.read("x"));
    List<SweepEvent> salvaged = journals.salvage("x");
    assertThat(salvaged).hasSizeGreaterThan(3).isEqualTo(sample.subList(0, salvaged.size()));
  }

  @Test
  void changedTableOfTrialsIsNoticed() throws Exception {
    complete();
    change("UPDATE trial SET identity = 'x' WHERE rowid = 3");
    refused("table of trials");
  }

  @Test
  void eventsTakenOutAddedOrMovedAreNoticed() throws Exception {
    byte[] complete = complete();
    change("DELETE FROM event WHERE seq = 4");
    refused("event 4 is missing");
    lay(complete, new byte[0]);
    change("UPDATE event SET payload = (SELECT payload FROM event WHERE seq = 3) WHERE seq = 2");
    refused("event 2 does not match");
  }

  @Test
  void newerSchemaIsRefusedNamingBoth() throws Exception {
    complete();
    change("PRAGMA user_version = 7");
    refused("schema 7", "schema 3");
  }

  @Test
  void otherProgramsFilesAreRefused() throws Exception {
    complete();
    change("PRAGMA application_id = 42");
    refused("another program", "42");
    lay(new byte[0], new byte[0]);
    refused("empty");
    lay("x".repeat(5000).getBytes(StandardCharsets.US_ASCII), new byte[0]);
    refused("not an SQLite file");
  }

  @Test
  void eventOfAnotherBuildIsRefusedNamingItsNumber() throws Exception {
    complete();
    int next = sample.size() + 1;
    String at = "2026-01-01T00:00:00Z";
    String link = EventChain.link(lastLink(), next, at, "sweep-paused", "{}");
    change(
        "INSERT INTO event VALUES(%d, '%s', 'sweep-paused', '{}', '%s')".formatted(next, at, link));
    refused("event " + next, "sweep-paused", "another build");
    assertThat(journals.salvage("x")).isEqualTo(sample);
  }

  private String lastLink() throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT chain FROM event ORDER BY seq DESC LIMIT 1")) {
      return row.getString(1);
    }
  }

  private void change(String sql) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void refused(String... words) throws Exception {
    byte[] before = Files.readAllBytes(file);
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(() -> journals.open("x"))
        .satisfies(e -> assertThat(e.getMessage()).contains(words).contains(file.toString()));
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }
}
