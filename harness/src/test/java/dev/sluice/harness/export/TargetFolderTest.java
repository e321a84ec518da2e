package dev.sluice.harness.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TargetFolderTest {
  /** No process has it: larger than any system's limit. */
  private static final long NOBODY = 999_999_999_999L;

  @TempDir Path folder;
  private Path out = Path.of("");

  @BeforeEach
  void name() {
    out = folder.resolve("out");
  }

  @Test
  void nothingHasTheNameUntilItIsPublished() throws IOException {
    try (TargetFolder target = TargetFolder.open(out, false, 0)) {
      Files.writeString(target.partial().resolve("config.json"), "{}");
      assertThat(out).doesNotExist();
      assertThat(target.partial()).hasParent(folder);
      target.publish();
    }
    assertThat(names()).containsExactly("out");
    assertThat(out.resolve("config.json")).hasContent("{}");
  }

  @Test
  void whatIsNotPublishedIsRemoved() throws IOException {
    try (TargetFolder target = TargetFolder.open(out, false, 0)) {
      Files.createDirectories(target.partial().resolve("a/b"));
      Files.writeString(target.partial().resolve("a/b/c"), "half");
    }
    assertThat(names()).isEmpty();
  }

  @Test
  void takenNameIsRefusedWithoutForceAndKeptUntilTheNewOneIsWhole() throws IOException {
    publish("old");
    assertThatThrownBy(() -> TargetFolder.open(out, false, 0))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContainingAll(out.toString(), "--force");
    try (TargetFolder target = TargetFolder.open(out, true, 0)) {
      Files.writeString(target.partial().resolve("sluice.json"), "given up");
      assertThat(out.resolve("sluice.json")).hasContent("old");
    }
    assertThat(out.resolve("sluice.json")).hasContent("old");
    publish("new");
    assertThat(out.resolve("sluice.json")).hasContent("new");
    assertThat(names()).containsExactly("out");
  }

  @Test
  void forceReplacesNoFolderOrFileThatIsNoExport() throws IOException {
    Files.createDirectory(out);
    Files.writeString(out.resolve("thesis.tex"), "years of work");
    assertThatThrownBy(() -> TargetFolder.open(out, true, 0))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContainingAll("sluice.json", "another --out");
    assertThat(out.resolve("thesis.tex")).exists();
    Path file = Files.writeString(folder.resolve("file"), "text");
    assertThatThrownBy(() -> TargetFolder.open(file, true, 0))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("is a file");
    Files.delete(out.resolve("thesis.tex"));
    publish("an empty folder may be replaced");
  }

  @Test
  void missingParentAndTooLittleSpaceAreRefusedWithNumbers() {
    assertThatThrownBy(() -> TargetFolder.open(folder.resolve("no/such/out"), false, 0))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContainingAll(folder.resolve("no/such").toString(), "Make it first");
    assertThatThrownBy(() -> TargetFolder.open(out, false, 3L << 60))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageMatching(".*3072\\.?0* PiB are needed and .* are free there.*");
    assertThat(out).doesNotExist();
  }

  @Test
  void leftoversOfTheDeadAreRemovedAndThoseOfTheLivingAndOfOtherTargetsStay() throws IOException {
    Path dead = Files.createDirectory(folder.resolve(".out.partial-" + NOBODY + "-1"));
    Files.writeString(dead.resolve("model.safetensors"), "half");
    String self = ProcessHandle.current().pid() + "-" + NOBODY;
    Files.createDirectory(folder.resolve(".out.partial-" + self));
    Path other = Files.createDirectory(folder.resolve(".out2.partial-" + NOBODY + "-1"));
    long parent = ProcessHandle.current().parent().orElseThrow().pid();
    Path living = Files.createDirectory(folder.resolve(".out.partial-" + parent + "-1"));
    try (TargetFolder first = TargetFolder.open(out, false, 0)) {
      TargetFolder.open(out, false, 0).close();
      assertThat(first.partial()).as("in use in this process").exists();
    }
    assertThat(names())
        .containsExactlyInAnyOrder(other.getFileName().toString(), living.getFileName().toString());
  }

  @Test
  void killedBetweenTheTwoRenamesTheOldExportComesBack() throws IOException {
    Path aside = Files.createDirectory(folder.resolve(".out.replaced-" + NOBODY + "-2"));
    Files.writeString(aside.resolve("sluice.json"), "old");
    assertThatThrownBy(() -> TargetFolder.open(out, false, 0))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("--force");
    assertThat(out.resolve("sluice.json")).hasContent("old");
    publish("new");
    assertThat(names()).containsExactly("out");
  }

  private void publish(String content) throws IOException {
    try (TargetFolder target = TargetFolder.open(out, true, 0)) {
      Files.writeString(target.partial().resolve("sluice.json"), content);
      target.publish();
    }
  }

  private List<String> names() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(f -> f.getFileName().toString()).toList();
    }
  }
}
