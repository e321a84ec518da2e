package dev.sluice.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.sweep.Journal;
import dev.sluice.harness.sweep.SampleSweeps;
import dev.sluice.harness.sweep.SweepEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportAndListTest {
  @TempDir Path folder;

  /** A sweep whose process has not written anything yet. */
  private Journal begun;

  @BeforeEach
  void journals() throws IOException {
    write("done", SampleSweeps.finished());
    write("half", SampleSweeps.interrupted());
    begun = new JournalFolder(folder).open("new");
    Files.writeString(folder.resolve("bad.sluice.db"), "no database ".repeat(1000));
  }

  @AfterEach
  void stop() {
    begun.close();
  }

  private void write(String name, List<SweepEvent> events) {
    try (Journal journal = new JournalFolder(folder).open(name)) {
      events.forEach(journal::append);
    }
  }

  private Ran command(String... words) {
    Stream<String> journal = Stream.of("--journal", folder.toString());
    return Ran.of(Stream.concat(Stream.of(words), journal).toArray(String[]::new));
  }

  @Test
  void listTellsFinishedUnfinishedEmptyAndUnreadable() {
    Ran ran = command("list").done();
    List<String> lines = ran.out().lines().toList();
    assertThat(lines).hasSize(5);
    assertThat(lines.get(0)).matches("name +state +steps +cut +last change +model");
    assertThat(lines.get(1)).matches("bad +unreadable .*bad\\.sluice\\.db is damaged: .*");
    assertThat(lines.get(2)).matches("done +finished +4 +50\\.0% +20\\S+Z +/models/sample");
    assertThat(lines.get(3)).matches("half +unfinished +2 +25\\.0% .*");
    assertThat(lines.get(4)).matches("new +empty .*");
    assertThat(ran.err()).isEmpty();
  }

  @Test
  void listOfAnEmptyFolderSaysWhatToTry() {
    Ran ran = Ran.of("list", "--journal", folder.resolve("none").toString()).done();
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains("sluice demo");
    assertThat(folder.resolve("none")).as("looking makes nothing").doesNotExist();
  }

  @Test
  void everyFormatTellsTheSameSweep() {
    String text = command("report", "done").done().out();
    assertThat(text).contains("What was cut", "3.attention").doesNotContain("\u001b");
    assertThat(command("report", "done", "--format", "text").done().out()).isEqualTo(text);
    Ran json = command("report", "done", "--format", "json").done();
    assertThat(json.json().get("order")).hasSize(4);
    String html = command("report", "done", "--format", "html").done().out();
    assertThat(html).startsWith("<!").endsWith("</html>\n").contains("3.attention");
  }

  @Test
  void unfinishedSweepSaysHowToGoOn() {
    Ran ran = command("report", "half").done();
    assertThat(ran.out()).contains("sluice resume sample --journal " + folder);
    assertThat(command("report", "half", "--format", "json").done().json().get("finished").isNull())
        .isTrue();
  }

  @Test
  void sweepThatHasNotStartedHasNoReport() {
    command("report", "new").refused("new.sluice.db", "nothing journalled yet");
    command("resume", "new").refused("new.sluice.db", "start it with 'sluice run'");
  }

  @Test
  void unreadableJournalIsNamed() {
    command("report", "bad").refused("bad.sluice.db is damaged");
  }
}
