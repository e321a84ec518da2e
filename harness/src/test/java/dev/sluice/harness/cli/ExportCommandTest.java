package dev.sluice.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.harness.model.TinyCheckpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ExportCommandTest {
  @TempDir Path folder;
  private Path out = Path.of("");
  private Path model = Path.of("");

  @BeforeEach
  void model() {
    out = folder.resolve("out");
    model = TinyCheckpoints.write(folder.resolve("model"), TinyCheckpoints.llama().withBlocks(4));
  }

  @Test
  void sweepsVariantFindsItsModelAndComputesWhatTheVariantDid() throws IOException {
    TinyWorld world = TinyWorld.in(folder);
    world.run("--name", "x", "--until", "0.5").done();
    world.command("export", "x@0.25", "--to", "hf-zeroed", "--out", out.toString()).done();
    JsonNode record = Ran.json(Files.readString(out.resolve("sluice.json")));
    assertThat(record.at("/variant/name").asText()).isEqualTo("x@0.25");
    List<String> cuts = new ArrayList<>();
    record.at("/variant/cuts").forEach(c -> cuts.add(c.asText()));
    assertThat(cuts).hasSize(2);
    String[] tokens = {"--tokens", "0,5,77,12,9", "--json"};
    assertThat(forward(out, tokens))
        .isEqualTo(forward(model, TinyWorld.appended(tokens, "--cut", String.join(",", cuts))));
    world
        .command("export", "x@all", "--to", "hf-zeroed", "--out", out + "2")
        .refused("'x@all' names", "one at a time");
    world
        .command("export", "x@0.75", "--to", "hf-zeroed", "--out", out + "2")
        .refused("too few for 0.75", "sluice resume x");
  }

  private static JsonNode forward(Path model, String... more) {
    return Ran.of(TinyWorld.appended(new String[] {"forward", "--model", model.toString()}, more))
        .done()
        .json();
  }

  @Test
  void saysWhatWasWrittenAndWhatIsSaved() {
    assertThat(export("m=cut:1.attention;1.ffn;3.ffn", "hf-zeroed").done().out())
        .contains("m: 1.attention,1.ffn,3.ffn", out.toString(), "37.5 % of sublayers")
        .contains("1 of 4 blocks, cut whole, are left out", "1 cut sublayers stay with zeros")
        .contains(
            Ran.of("inspect", "--model", out.toString(), "--journal", folder + "/j")
                .done()
                .out()
                .replaceFirst("(?s).*weights digest +", "")
                .strip());
    export("intact", "hf-zeroed").refused("is there already", "--force");
    export("intact", "hf-zeroed", "--force").done();
  }

  @Test
  void mistakesAreNamedWithTheNextStep() {
    export("intact", "hf-zerode").refused("--to 'hf-zerode'", "Did you mean 'hf-zeroed'?");
    export("intact", "onnx").refused("--to 'onnx'", "hf-zeroed, hf-deci");
    export("cut:9.ffn", "hf-zeroed").refused("no sublayer 9.ffn", "4 blocks");
    export("cut:1.mlp", "hf-zeroed").refused("1.mlp");
    export("best", "hf-zeroed").refused("variant 'best'", "SWEEP@0.25");
    export("intact", "hf-zeroed", "--dtype", "int8").refused("--dtype 'int8'", "keep");
    export("intact", "hf-zeroed", "--max-shard-size", "5").refused("--max-shard-size '5'", "5GB");
    Ran.of("export", "cut:1.ffn", "--to", "hf-zeroed", "--out", out.toString())
        .refused("--model is missing");
    Ran.of("export", "nosuch@0.5", "--to", "hf-deci", "--out", "" + out, "--journal", folder + "/j")
        .refused("no sweep 'nosuch'");
    assertThat(out).doesNotExist();
  }

  @Test
  void familyThatAFormatCannotSayIsNamedWithTheFormatsThatCan() {
    model = TinyCheckpoints.write(folder.resolve("gemma2"), TinyCheckpoints.of("gemma2"));
    export("cut:1.ffn", "hf-deci")
        .refused("hf-deci", "gemma2 has other norms", "Formats that can: hf-zeroed");
  }

  @Test
  void placeThatCannotBeWrittenIsRefused() throws IOException {
    out = folder.resolve("no/out");
    export("intact", "hf-zeroed").refused(folder.resolve("no").toString(), "Make it first");
    out = Path.of("/proc/out");
    Assumptions.assumeTrue(Files.isDirectory(Path.of("/proc/self")), "needs a /proc to refuse it");
    export("intact", "hf-zeroed").refused("--out /proc/out");
    Path sealed = Files.createDirectory(folder.resolve("sealed"));
    Files.setPosixFilePermissions(sealed, PosixFilePermissions.fromString("r-xr-xr-x"));
    Assumptions.assumeFalse(Files.isWritable(sealed), "root may write everywhere");
    out = sealed.resolve("out");
    export("intact", "hf-zeroed").refused(sealed.toString(), "Check its rights");
  }

  @Test
  @Timeout(60)
  void diskThatFillsUpLeavesNothing() throws IOException {
    Path shell = Path.of("/bin/bash");
    Assumptions.assumeTrue(Files.isExecutable(shell), "needs bash to limit the size of files");
    model =
        TinyCheckpoints.write(
            folder.resolve("wide"), TinyCheckpoints.llama().withVocabulary(40_000));
    List<String> limited = List.of(shell.toString(), "-c", "ulimit -f 2048; exec \"$@\"", "bash");
    try (SluiceProcess process =
        SluiceProcess.start(folder, limited, line("intact", "hf-zeroed"))) {
      assertThat(process.exit()).as(process.errors()).isEqualTo(ExitCode.PREREQUISITE);
      assertThat(process.errors())
          .contains("could not be written whole", "nothing is left")
          .doesNotContain("\tat ");
    }
    assertThat(out).doesNotExist();
    assertThat(folder.toFile().list()).noneMatch(name -> name.contains("partial"));
  }

  private Ran export(String variant, String format, String... more) {
    return Ran.of(TinyWorld.appended(line(variant, format), more));
  }

  private String[] line(String variant, String format) {
    return new String[] {
      "export",
      variant,
      "--to",
      format,
      "--out",
      out.toString(),
      "--model",
      model.toString(),
      "--journal",
      folder.resolve("j").toString()
    };
  }
}
