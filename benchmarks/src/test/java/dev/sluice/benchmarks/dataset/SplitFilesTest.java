package dev.sluice.benchmarks.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SplitFilesTest {
  private static final Wanted WANTED =
      new Wanted("arc_easy", "allenai/ai2_arc", "ARC-Easy", "test", false);

  @TempDir private Path folder;

  private Path touch(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "");
  }

  @ParameterizedTest
  @CsvSource({
    "ARC-Easy.test.jsonl, true",
    "ARC-Easy_test.json, true",
    "ARC-Easy-test.csv, true",
    "ARC-Easy/test.tsv, true",
    "arc_easy.test.jsonl, false",
    "test.ndjson, false",
    "arc_easy/test.jsonl, false",
    "ai2_arc/ARC-Easy.test.jsonl, true",
  })
  void splitIsFoundUnderTheNamesThatExportsHave(String name, boolean ofConfig) throws IOException {
    Path file = touch(name);
    touch("train.jsonl");
    touch("ARC-Challenge.test.jsonl");
    SplitFiles.Found found = SplitFiles.find(folder, WANTED);
    assertThat(found.file().parts()).containsExactly(file);
    assertThat(found.ofConfig()).isEqualTo(ofConfig);
  }

  @Test
  void configurationGoesBeforeTheBareSplit() throws IOException {
    touch("test.jsonl");
    Path own = touch("ARC-Easy.test.jsonl");
    assertThat(SplitFiles.find(folder, WANTED).file().parts()).containsExactly(own);
  }

  @Test
  void namedFileIsTakenAsItIs() throws IOException {
    Path file = touch("some.even.jsonl");
    assertThat(SplitFiles.find(file, WANTED).file().parts()).containsExactly(file);
  }

  @Test
  void otherSplitIsNotTakenAndTheMessageSaysWhatIsThere() throws IOException {
    touch("validation.jsonl");
    assertThatThrownBy(() -> SplitFiles.find(folder, WANTED))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("split 'test' of allenai/ai2_arc")
        .hasMessageContaining("ARC-Easy.test")
        .hasMessageContaining("there is validation.jsonl. Name the file itself");
  }

  @Test
  void twoFilesOfOneNameAreRefused() throws IOException {
    touch("test.jsonl");
    touch("test.csv");
    assertThatThrownBy(() -> SplitFiles.find(folder, WANTED)).hasMessageContaining("both hold");
  }

  @Test
  void missingFolderIsNamed() {
    assertThatThrownBy(() -> SplitFiles.find(folder.resolve("none"), WANTED))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("none");
  }
}
