package dev.sluice.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromptSourcesTest {
  @TempDir private Path folder;

  private Path write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  @Test
  void fieldDecidesHowTheFileIsRead() throws IOException {
    Path text = write("a.txt", "{\"text\": \"one\"}\n");
    assertThat(PromptSources.of(text, Optional.empty())).isInstanceOf(TextLines.class);
    assertThat(PromptSources.of(text, Optional.of("text")).prompts().blockFirst())
        .isEqualTo(new Prompt(0, "one"));
  }

  @Test
  void jsonLinesWithoutFieldListTheFieldsOfTheFirstRow() throws IOException {
    for (String name : new String[] {"a.jsonl", "b.JSON", "c.ndjson"}) {
      Path file = write(name, "\n{\"goal\": \"x\", \"label\": 0}\n");
      assertThatThrownBy(() -> PromptSources.of(file, Optional.empty()))
          .isInstanceOf(PrerequisiteException.class)
          .hasMessage(
              file
                  + " holds JSON lines: name the text's field with --calibration-field."
                  + " The first row has 'goal', 'label'");
    }
  }

  @Test
  void jsonFileWithoutRowsIsRefused() throws IOException {
    Path array = write("a.json", "[\n{\"text\": 1}]");
    assertThatThrownBy(() -> PromptSources.of(array, Optional.empty()))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageStartingWith(array + ", line 1: not one JSON object per line");
    Path empty = write("b.jsonl", "\n");
    assertThatThrownBy(() -> PromptSources.of(empty, Optional.empty()))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageStartingWith(empty + " is empty");
  }

  @Test
  void missingFileIsKnownAtOnce() {
    assertThatThrownBy(() -> PromptSources.of(folder.resolve("no.txt"), Optional.empty()))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("no.txt");
    assertThatThrownBy(() -> PromptSources.of(folder, Optional.of("text")))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("is a folder");
  }
}
