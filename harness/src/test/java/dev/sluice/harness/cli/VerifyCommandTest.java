package dev.sluice.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.harness.model.TinyCheckpoints;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exports run beside the variants that they were made of, and beside others. */
class VerifyCommandTest {
  private static final String CUT = "cut:0.ffn;1.attention;3.ffn;3.attention";

  @TempDir private Path folder;
  private TinyWorld world;
  private Path out;

  @BeforeEach
  void write() {
    world = TinyWorld.in(folder);
    out = folder.resolve("out");
  }

  private Ran export(String variant, String format, String... more) {
    return Ran.of(
        TinyWorld.appended(
            new String[] {
              "export",
              variant,
              "--to",
              format,
              "--out",
              out.toString(),
              "--model",
              world.model().toString(),
              "--journal",
              world.journal().toString()
            },
            more));
  }

  private Ran verify(Path what, String variant, String... more) {
    return Ran.of(
        TinyWorld.appended(
            new String[] {
              "verify",
              what.toString(),
              "--against",
              variant,
              "--length",
              "32",
              "--model",
              world.model().toString(),
              "--journal",
              world.journal().toString()
            },
            more));
  }

  private String[] text() {
    return new String[] {"--text", TinyWorld.writeText(folder.resolve("long.txt"), 400).toString()};
  }

  @ParameterizedTest
  @ValueSource(strings = {"hf-zeroed", "hf-deci", "gguf"})
  void exportIsTheVariantBitForBitAndNoOther(String format) {
    export(CUT, format).done();
    assertThat(verify(out, CUT, text()).done().out())
        .contains(format, "equal bit for bit", "ratio 1.000000", "verified");
    Ran other = verify(out, "cut:0.attention", text());
    assertThat(other.code()).isEqualTo(ExitCode.PREREQUISITE);
    assertThat(other.out()).contains("differ by at most").doesNotContain("verified");
    assertThat(other.err())
        .contains("is not cut:0.attention: by its own record it cuts 0.ffn,1.attention,3.");
  }

  @Test
  void coarserTypeStaysWithinTheTolerance() {
    export(CUT, "gguf", "--dtype", "bfloat16").done();
    assertThat(verify(out.resolve("model.gguf"), CUT, text()).done().out())
        .contains("the weights were converted to another type", "verified");
    Ran strict = verify(out, CUT, TinyWorld.appended(text(), "--tolerance", "0"));
    assertThat(strict.code()).isEqualTo(ExitCode.PREREQUISITE);
    assertThat(strict.err()).contains("allow more with --tolerance");
  }

  @Test
  void sweepSaysWhichModelAndTextItHad() {
    Ran.of(world.line("run", "--name", "x", "--until", "0.25", "--sequences", "4")).done();
    Ran.of(
            "export",
            "x@0.25",
            "--to",
            "hf-zeroed",
            "--out",
            out.toString(),
            "--journal",
            world.journal().toString())
        .done();
    assertThat(
            Ran.of(
                    "verify",
                    out.toString(),
                    "--against",
                    "x@0.25",
                    "--length",
                    "16",
                    "--journal",
                    world.journal().toString())
                .done()
                .out())
        .contains("x@0.25: ", "verified");
  }

  @Test
  void damagedWeightsAreFoundWithAndWithoutTheRecord() throws IOException {
    export(CUT, "hf-zeroed").done();
    Path weights = out.resolve("model.safetensors");
    try (RandomAccessFile file = new RandomAccessFile(weights.toFile(), "rw")) {
      // The highest bits of the last numbers: the final norm or the head.
      for (int i = 1; i <= 64; i++) {
        file.seek(file.length() - 4L * i + 3);
        file.write(0x41);
      }
    }
    verify(out, CUT, text()).refused("does not hold what was written", "sluice.json");
    Files.delete(out.resolve("sluice.json"));
    Ran unrecorded = verify(out, CUT, text());
    assertThat(unrecorded.code()).isEqualTo(ExitCode.PREREQUISITE);
    assertThat(unrecorded.err()).contains("the numbers above differ by more than rounding");
  }

  @Test
  void whatCannotBeRunIsRefusedWithTheNextStep() {
    export(CUT, "mergekit").done();
    verify(out, CUT, text()).refused("is a recipe and has no weights: run mergekit-yaml");
    export(CUT, "masks", "--force").done();
    verify(out, CUT, text()).refused("is a list of cuts", "mask:" + out.resolve("masks.json"));
    verify(folder.resolve("nowhere"), CUT, text()).refused("no such file or folder");
    export(CUT, "hf-zeroed", "--force").done();
    verify(out, CUT).refused("--text is missing");
    verify(out, CUT, "--text", folder + "/none.txt").refused("no such file");
    verify(out, CUT, TinyWorld.appended(text(), "--rows", "0")).refused("--rows 0");
    verify(out, CUT + ",intact", text()).refused("names 2 variants");
  }

  @Test
  void exportOfAnotherModelIsRefused() {
    Path other =
        TinyCheckpoints.write(folder.resolve("other"), TinyCheckpoints.llama().withVocabulary(300));
    Ran.of(
            "export",
            CUT.replace(";3.ffn;3.attention", ""),
            "--to",
            "hf-zeroed",
            "--out",
            out.toString(),
            "--model",
            other.toString(),
            "--journal",
            folder + "/j")
        .done();
    verify(out, CUT, text()).refused("knows 300 tokens, the model 264");
  }
}
