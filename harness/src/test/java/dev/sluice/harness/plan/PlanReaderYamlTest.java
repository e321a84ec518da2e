package dev.sluice.harness.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanReaderYamlTest {
  @TempDir private Path folder;

  private Path write(String yaml) throws IOException {
    return Files.writeString(folder.resolve("plan.yaml"), yaml);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "- a|a plan is made of lines 'key: value', there is a list instead",
        "word|a plan is made of lines 'key: value', there is a bare value instead",
        "`a: 1\n---\nb: 2`|there is a second document in the file: keep one plan a file",
        "`model: &m x\ncalibration: *m`|'calibration' must be a value on one line, there is an alias",
        "`model: [a]`|'model' must be a value on one line, there is a list",
        "`measures: [kl, [ag]]`|'measures' must be a value on one line, there is a list",
        "`measures: [kl, {ag: 1}, null]`|there is a nested mapping",
        "`a: [1`|line 1: not YAML: while parsing a flow sequence, expected",
        "`model: m\n\tx: 1`|line 2: not YAML: while scanning for the next token, found character '\\t(TAB)'",
        "`model: \"x`|line 1: not YAML: ",
        "`? [a]\n: b`|line 1: not YAML: "
      })
  void yamlThatIsNoFlatMappingIsRefused(String yaml, String problem) throws IOException {
    Path file = write(yaml);
    assertThatThrownBy(() -> PlanReader.fromYaml(file))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(problem);
  }

  @Test
  void emptyFileLacksModelAndCalibration() throws IOException {
    for (String yaml : new String[] {"", "\n# nothing\n", "---\n", "\uFEFF"}) {
      Path file = write(yaml);
      assertThatThrownBy(() -> PlanReader.fromYaml(file))
          .isInstanceOf(PrerequisiteException.class)
          .hasMessageContaining("model is missing")
          .hasMessageContaining("calibration is missing");
    }
  }

  @Test
  void fileThatCannotBeReadIsNamed() throws IOException {
    Path latin = folder.resolve("latin.yaml");
    Files.write(latin, "model: caf\u00E9".getBytes(StandardCharsets.ISO_8859_1));
    Path huge = Files.writeString(folder.resolve("huge.yaml"), "#".repeat((1 << 20) + 1));
    Map<Path, String> expected =
        Map.of(
            folder.resolve("no.yaml"),
            "no plan " + folder.resolve("no.yaml"),
            folder,
            "cannot read plan " + folder,
            latin,
            latin + " is not UTF-8",
            huge,
            huge + " has more than 1048576 bytes");
    expected.forEach((file, message) ->
        assertThatThrownBy(() -> PlanReader.fromYaml(file))
            .isInstanceOf(PrerequisiteException.class)
            .hasMessageStartingWith(message));
  }

  @Test
  void mutatedFilesGiveAPlanOrAClearError() throws IOException {
    long seed = 99;
    SplittableRandom random = new SplittableRandom(seed);
    String marks = ":-[]{}&*!|>'\"%@`#,? \n\t\u0000~<=\uFEFFé0";
    for (int i = 0; i < 600; i++) {
      StringBuilder yaml = new StringBuilder(PlanReaderTest.FULL);
      for (int edits = random.nextInt(1, 6); edits > 0; edits--) {
        int at = random.nextInt(yaml.length());
        String mark = marks.substring(random.nextInt(marks.length() - 1)).substring(0, 1);
        yaml.replace(at, at + random.nextInt(2), mark);
      }
      Path file = write(yaml.toString());
      try {
        PlanReader.fromYaml(file);
      } catch (PrerequisiteException e) {
        assertThat(e).as("seed %d, round %d", seed, i).hasMessageStartingWith(file.toString());
      }
    }
  }

  @Test
  void deepAndAliasedYamlEndsInAClearError() throws IOException {
    for (String bomb :
        new String[] {
          "model: " + "[".repeat(100_000),
          "model: " + "{a: ".repeat(100_000),
          "a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n",
          "- ".repeat(100_000)
        }) {
      Path file = write(bomb);
      assertThatThrownBy(() -> PlanReader.fromYaml(file)).isInstanceOf(PrerequisiteException.class);
    }
  }
}
