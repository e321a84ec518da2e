package dev.sluice.benchmarks.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    "ARC-Easy/test-00000-of-00001.parquet, true",
    "ARC-Easy/test-00000-of-00001-a09b74b3ef9c3b56.parquet, true",
    "ARC-Easy/test/0000.parquet, true",
    "data/ARC-Easy/test-00000-of-00001.parquet, true",
    "data/ARC-Easy_test.jsonl, true",
    "ai2_arc/ARC-Easy/test-00000-of-00001.parquet, true",
    "allenai/ai2_arc/ARC-Easy/test-00000-of-00001.parquet, true",
  })
  void splitIsFoundUnderTheNamesThatExportsHave(String name, boolean ofConfig) throws IOException {
    Path file = touch(name);
    touch("train.jsonl");
    touch("ARC-Challenge.test.jsonl");
    touch("ARC-Challenge/test-00000-of-00001.parquet");
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

  private static Wanted hellaswag(String split) {
    return new Wanted("hellaswag", "Rowan/hellaswag", "", split, false);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data/validation-00000-of-00001.parquet",
        "validation-00000-of-00001.parquet",
        "validation.parquet",
        "data/validation.jsonl",
        "default/validation/0000.parquet",
        "default/validation-00000-of-00001.parquet",
        "data/validation/0000.parquet",
        "hellaswag/plain_text/validation-00000-of-00001.parquet",
        "hellaswag/plain_text/validation/0000.parquet",
      })
  void dataSetOfOneConfigurationIsFoundWhereverTheHubHasIt(String name) throws IOException {
    Path file = touch(name);
    touch("data/train-00000-of-00001.parquet");
    touch("piqa/validation.jsonl");
    assertThat(SplitFiles.find(folder, hellaswag("validation")).file().parts())
        .containsExactly(file);
  }

  @Test
  void otherDataSetsInTheFolderAreNotTakenForTheOnlyConfiguration() throws IOException {
    touch("piqa/validation-00000-of-00001.parquet");
    assertThatThrownBy(() -> SplitFiles.find(folder, hellaswag("validation")))
        .isInstanceOf(SplitMissingException.class);
    touch("hellaswag/a/validation.jsonl");
    touch("hellaswag/b/validation.jsonl");
    assertThatThrownBy(() -> SplitFiles.find(folder, hellaswag("validation")))
        .isInstanceOf(PrerequisiteException.class)
        .isNotInstanceOf(SplitMissingException.class)
        .hasMessageContaining("is in a and in b")
        .hasMessageContaining("--data hellaswag=FILE");
  }

  @Test
  void snapshotInTheCacheIsTheDataSetsOwnFolder() throws IOException {
    Path file =
        touch(
            "datasets--Rowan--hellaswag/snapshots/c0/plain_text/validation-00000-of-00001.parquet");
    Path snapshot = folder.resolve("datasets--Rowan--hellaswag/snapshots/c0");
    assertThat(SplitFiles.find(snapshot, hellaswag("validation")).file().parts())
        .containsExactly(file);
  }

  @Test
  void partsFollowOneAnotherInTheirOrder() throws IOException {
    Path third = touch("data/train-00002-of-00003.parquet");
    Path first = touch("data/train-00000-of-00003.parquet");
    Path second = touch("data/train-00001-of-00003.parquet");
    touch("data/train-extra-00000-of-00001.parquet");
    assertThat(SplitFiles.find(folder, hellaswag("train")).file().parts())
        .containsExactly(first, second, third);
  }

  @ParameterizedTest
  @CsvSource({
    "train-00000-of-00003.parquet train-00002-of-00003.parquet, data/train-00001-of-00003.parquet",
    "train-00000-of-00002.parquet, data/train-00001-of-00002.parquet",
    "train-00001-of-00002.parquet, data/train-00000-of-00002.parquet",
    "train/0000.parquet train/0002.parquet, data/train/0001.parquet",
    "train/0001.parquet, data/train/0000.parquet",
  })
  void missingPartIsNamed(String there, String missing) throws IOException {
    for (String name : there.split(" ")) {
      touch("data/" + name);
    }
    assertThatThrownBy(() -> SplitFiles.find(folder, hellaswag("train")))
        .isInstanceOf(PrerequisiteException.class)
        .isNotInstanceOf(SplitMissingException.class)
        .hasMessageContaining(folder + ": part " + missing + " of a split is missing");
  }

  @Test
  void twoEditionsOfOnePartAreRefused() throws IOException {
    touch("data/train-00000-of-00001-a09b74b3ef9c3b56.parquet");
    touch("data/train-00000-of-00001-b19b74b3ef9c3b56.parquet");
    assertThatThrownBy(() -> SplitFiles.find(folder, hellaswag("train")))
        .hasMessageContaining("are the same part");
    touch("validation-00000-of-00001.parquet");
    touch("validation.jsonl");
    assertThatThrownBy(() -> SplitFiles.find(folder, hellaswag("validation")))
        .hasMessageContaining("both hold");
  }

  @Test
  void ofTheListOfARepositoryThePreferredFormatIsChosen() {
    List<String> paths =
        List.of("README.md", "test.jsonl", "test.parquet", "data/train.csv", "test/x.parquet");
    Wanted test = new Wanted("t", "org/name", "", "test", false);
    assertThat(SplitFiles.choose("org/name", paths, test)).containsExactly("test.parquet");
    Wanted validation = new Wanted("t", "org/name", "", "validation", false);
    assertThatThrownBy(() -> SplitFiles.choose("org/name", paths, validation))
        .isInstanceOf(SplitMissingException.class)
        .hasMessageContaining("split 'validation' of org/name in org/name")
        .hasMessageContaining("there is README.md, data/train.csv");
  }
}
