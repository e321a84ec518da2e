package dev.sluice.harness.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.harness.sweep.Cost;
import dev.sluice.harness.sweep.Journal;
import dev.sluice.harness.sweep.JournalContract;
import dev.sluice.harness.sweep.SampleSweeps;
import dev.sluice.harness.sweep.SweepEvent;
import dev.sluice.harness.sweep.SweepEvent.TrialsScored;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.PrerequisiteException;
import dev.sluice.scorers.Score;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteJournalTest extends JournalContract {
  private final List<SweepEvent> sample = SampleSweeps.finished();

  @TempDir Path folder;
  JournalFolder journals;

  @BeforeEach
  void folder() {
    journals = new JournalFolder(folder.resolve("a b?c=#%41 é/deeper"));
  }

  @Override
  protected Journal open() {
    return journals.open("sample");
  }

  @Test
  void readerSeesWholeEventsWhileTheWriterIsOpen() {
    try (Journal journal = open()) {
      assertThat(journals.read("sample")).isEmpty();
      for (int i = 0; i < sample.size(); i++) {
        journal.append(sample.get(i));
        assertThat(journals.read("sample")).isEqualTo(sample.subList(0, i + 1));
        assertThat(journals.salvage("sample")).isEqualTo(sample.subList(0, i + 1));
      }
    }
    assertThat(journals.read("sample")).isEqualTo(sample);
  }

  @Test
  void secondWriterInThisProcessIsRefusedUntilTheFirstCloses() {
    try (Journal journal = open()) {
      for (int attempt = 0; attempt < 2; attempt++) {
        assertThatExceptionOfType(PrerequisiteException.class)
            .isThrownBy(this::open)
            .withMessageContaining("'sample'")
            .withMessageContaining("process " + ProcessHandle.current().pid());
      }
      journal.append(sample.getFirst());
      try (Journal other = journals.open("other")) {
        assertThat(other.replay()).isEmpty();
      }
    }
    try (Journal journal = open()) {
      assertThat(journal.replay()).hasSize(1);
    }
  }

  @Test
  void secondWriterThroughALinkIsRefused() throws Exception {
    Path link = folder.resolve("link");
    try (Journal journal = open()) {
      journal.append(sample.getFirst());
      Files.createSymbolicLink(link, journals.fileOf("sample").resolveSibling(""));
      assertThatExceptionOfType(PrerequisiteException.class)
          .isThrownBy(() -> new JournalFolder(link).open("sample"));
    }
  }

  @Test
  void fullDiskKeepsAllBeforeAndNothingOfTheEventThatFailed() throws Exception {
    try (Journal journal = open()) {
      journal.append(sample.getFirst());
      ((SqliteJournal) journal).limitPages(8);
      int kept = appendUntilRefused(journal);
      assertThat(kept).as("events before the disk was full").isGreaterThan(1);
      assertThat(journal.replay()).isEqualTo(sample.subList(0, kept));
      assertThat(journals.read("sample")).isEqualTo(sample.subList(0, kept));
      assertThat(column("SELECT count(*) FROM trial"))
          .as("derived rows without their event")
          .containsExactly("" + trials(kept));
      ((SqliteJournal) journal).limitPages(1_000_000);
      sample.subList(kept, sample.size()).forEach(journal::append);
    }
    try (Journal journal = open()) {
      assertThat(journal.replay()).isEqualTo(sample);
    }
  }

  private int appendUntilRefused(Journal journal) {
    for (int i = 1; i < sample.size(); i++) {
      SweepEvent event = sample.get(i);
      try {
        journal.append(event);
      } catch (PrerequisiteException e) {
        assertThat(e)
            .hasMessageContaining(journals.fileOf("sample").toString())
            .hasMessageContaining("space");
        return i;
      }
    }
    throw new AssertionError("the disk was never full");
  }

  private int trials(int events) {
    return sample.subList(0, events).stream()
        .mapToInt(e -> e instanceof TrialsScored scored ? scored.trials().size() : 0)
        .sum();
  }

  @Test
  void fileTellsWhatItIsAndKeepsTheTrialsForOtherTools() throws Exception {
    try (Journal journal = open()) {
      sample.forEach(journal::append);
      assertThat(column("PRAGMA journal_mode")).containsExactly("wal");
    }
    assertThat(column("PRAGMA application_id")).containsExactly("" + 0x536C7563);
    assertThat(column("PRAGMA user_version")).containsExactly("3");
    assertThat(column("SELECT kind FROM event WHERE seq IN (1, 2)"))
        .containsExactly("sweep-started", "trials-scored");
    assertThat(column("SELECT candidate FROM trial WHERE step = 1 ORDER BY objective LIMIT 1"))
        .containsExactly("3.attention");
    assertThat(column("SELECT DISTINCT measure || ' ' || outcome FROM trial"))
        .containsExactly("ag scored");
    assertThat(column("SELECT count(DISTINCT identity) - count(DISTINCT variant) FROM trial"))
        .containsExactly("0");
  }

  @Test
  void identityDependsOnEverythingAResultDependsOn() {
    var from = SampleSweeps.provenance();
    String identity = TrialIndex.identity(from, Variant.parse("1.ffn"));
    assertThat(identity)
        .matches("[0-9a-f]{64}")
        .isEqualTo(TrialIndex.identity(from, Variant.parse("1.ffn")))
        .isNotEqualTo(TrialIndex.identity(from, Variant.intact()));
    for (String field :
        List.of("weightsDigest", "tokenizerDigest", "calibrationDigest", "dtype", "engine")) {
      assertThat(TrialIndex.identity(Records.with(from, field, "x"), Variant.parse("1.ffn")))
          .as(field)
          .isNotEqualTo(identity);
    }
    for (String field : List.of("device", "version", "java")) {
      assertThat(TrialIndex.identity(Records.with(from, field, "x"), Variant.parse("1.ffn")))
          .as(field)
          .isEqualTo(identity);
    }
  }

  @Test
  void objectivesThatSqliteHasNoValueForAreKeptInTheEvent() throws Exception {
    TrialsScored slice = (TrialsScored) sample.get(1);
    List<Double> awkward = List.of(Double.NaN, -0.0, Double.NEGATIVE_INFINITY);
    List<Trial> trials = new ArrayList<>();
    for (int i = 0; i < awkward.size(); i++) {
      Trial trial = slice.trials().get(i);
      Score score = Records.with(trial.scores().getFirst(), "mean", awkward.get(i));
      trials.add(Records.with(trial, "scores", List.of(score)));
    }
    try (Journal journal = open()) {
      journal.append(sample.getFirst());
      journal.append(new TrialsScored(trials, Cost.NONE));
    }
    try (Journal journal = open()) {
      assertThat(journal.replay().get(1)).isEqualTo(new TrialsScored(trials, Cost.NONE));
    }
    assertThat(column("SELECT objective FROM trial")).containsExactly(null, "0.0", "-Inf");
  }

  @Test
  void everyAcknowledgedEventIsSyncedBeforeAppendReturns() throws Exception {
    try (Connection connection = new SweepFile(folder.resolve("x.db")).writable();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("PRAGMA synchronous")) {
      assertThat(row.getInt(1)).as("2 is FULL").isEqualTo(2);
    }
  }

  private List<@Nullable String> column(String sql) throws SQLException {
    List<@Nullable String> values = new ArrayList<>();
    String address = "jdbc:sqlite:file:" + journals.fileOf("sample").toUri().getRawPath();
    try (Connection connection = DriverManager.getConnection(address);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        values.add(row.getString(1));
      }
    }
    return values;
  }
}
