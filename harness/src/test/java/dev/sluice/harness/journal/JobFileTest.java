package dev.sluice.harness.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.harness.jobs.Job;
import dev.sluice.harness.jobs.JobStore;
import dev.sluice.harness.jobs.JobStore.Kept;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JobFileTest {
  @TempDir private Path folder;

  private JobStore open() {
    return new JournalFolder(folder).jobs();
  }

  private static Kept kept(String name, Job.State state) {
    Map<String, String> plan = new LinkedHashMap<>();
    plan.put("zeta", "1");
    plan.put("alpha", "naïve \"quoted\"\n☃");
    Job.Times times =
        new Job.Times(
            Instant.parse("2026-01-02T03:04:05.678Z"),
            Optional.of(Instant.EPOCH),
            Optional.of(Instant.parse("2026-02-02T03:04:05Z")));
    Job job = new Job(name, Job.Kind.EVALUATION, plan, -7, state, times, Optional.of("why"));
    return new Kept(job, 1L << 40, true, 2);
  }

  @ParameterizedTest
  @EnumSource
  void everythingOfAJobComesBack(Job.State state) {
    Kept kept = kept("a", state);
    try (JobStore store = open()) {
      store.save(kept);
    }
    try (JobStore store = open()) {
      assertThat(store.load()).containsExactly(kept);
      assertThat(store.load().getFirst().job().plan().keySet()).containsExactly("zeta", "alpha");
    }
  }

  @Test
  void jobIsReplacedUnderItsNameAndForgotten() {
    try (JobStore store = open()) {
      store.save(kept("a", Job.State.QUEUED));
      store.save(kept("b", Job.State.QUEUED));
      store.save(kept("a", Job.State.DONE));
      store.remove("b");
      store.remove("none");
      assertThat(store.load()).containsExactly(kept("a", Job.State.DONE));
    }
  }

  @Test
  void secondServiceOnAFolderIsRefusedAndToldWhoHasIt() {
    try (JobStore store = open()) {
      store.save(kept("a", Job.State.QUEUED));
      assertThatExceptionOfType(PrerequisiteException.class)
          .isThrownBy(this::open)
          .withMessageContaining(folder.toString())
          .withMessageContaining("process " + ProcessHandle.current().pid())
          .withMessageContaining("--journal");
    }
    open().close();
  }

  @Test
  void sweepNamedJobsDoesNotMeetTheFile() {
    try (JobStore store = open();
        var journal = new JournalFolder(folder).open("jobs")) {
      store.save(kept("jobs", Job.State.QUEUED));
      assertThat(journal.replay()).isEmpty();
      assertThat(store.load()).hasSize(1);
    }
  }

  private void change(String sql) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("jobs.db"));
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void assertRefused(String... words) {
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(() -> {
          try (JobStore store = open()) {
            store.load();
          }
        })
        .withMessageContaining(folder.resolve("jobs.db").toString())
        .withMessageContainingAll(words);
  }

  @Test
  void otherProgramsFilesAndNewerSchemasAreRefused() throws SQLException {
    open().close();
    change("PRAGMA user_version = 99");
    assertRefused("schema 1", "99");
    change("PRAGMA user_version = 1");
    open().close();
    change("PRAGMA application_id = 5");
    assertRefused("not a file of jobs");
  }

  @Test
  void damageIsSaid() throws IOException, SQLException {
    try (JobStore store = open()) {
      store.save(kept("a", Job.State.QUEUED));
    }
    change("UPDATE job SET state = 'LOST'");
    assertRefused("damaged", "LOST");
    Files.write(folder.resolve("jobs.db"), new byte[] {1, 2, 3, 4});
    assertRefused("damaged");
    assertThat(List.of(Files.readAllBytes(folder.resolve("jobs.db"))).getFirst())
        .as("left as it is")
        .isEqualTo(new byte[] {1, 2, 3, 4});
  }
}
