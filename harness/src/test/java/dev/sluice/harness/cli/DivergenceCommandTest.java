package dev.sluice.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.harness.SharedData;
import dev.sluice.harness.session.DemoModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DivergenceCommandTest {
  private static final String CUT = "1.ffn,3.attention";

  @TempDir private Path folder;

  private Ran divergence(Path model, String... more) {
    List<String> line = new ArrayList<>(List.of("divergence", model.toString()));
    Collections.addAll(line, "--threads", "2", "--journal", folder.resolve("journal").toString());
    Collections.addAll(line, more);
    return Ran.of(line.toArray(String[]::new));
  }

  /**
   * transformers 5.18, torch 2.13 in float32; the statistics in numpy, percentiles by its quantile.
   *
   * @param absolute tolerance: a value on the edge of two of a file's 65,536 levels may be on the other,
   *     2.4e-4 nats away, which a token's divergence multiplies by its log-ratio
   */
  private static void agrees(JsonNode found, JsonNode golden, double absolute) {
    golden
        .properties()
        .forEach(e -> {
          JsonNode mine = found.get(e.getKey());
          if (e.getValue().isArray()) {
            close(e.getKey(), mine.get("value"), e.getValue().get(0), absolute);
            close(e.getKey() + " error", mine.get("error"), e.getValue().get(1), absolute);
          } else if (e.getValue().isObject()) {
            assertThat(mine.size()).isEqualTo(e.getValue().size());
            e.getValue()
                .properties()
                .forEach(p ->
                    close(e.getKey() + p.getKey(), mine.get(p.getKey()), p.getValue(), absolute));
          } else {
            close(e.getKey(), mine, e.getValue(), absolute);
          }
        });
  }

  private static void close(String name, JsonNode found, JsonNode expected, double absolute) {
    double value = expected.asDouble();
    assertThat(found.asDouble())
        .as(name)
        .isCloseTo(value, within(absolute + 1e-5 * Math.abs(value)));
  }

  private static JsonNode golden(String mode) throws IOException {
    return new ObjectMapper()
        .readTree(Path.of("src/test/resources/golden/divergence/stories260K.json").toFile())
        .get(mode);
  }

  @Test
  void statisticsAreThoseOfPyTorchAndNumpy() throws IOException {
    Path model = SharedData.require("data/models/stories260K");
    Path text = SharedData.require("data/text/wikitext2.test.raw");
    String[] options = {"--text", text.toString(), "-c", "256", "--chunks", "4"};
    List<String> compared = new ArrayList<>(List.of(options));
    Collections.addAll(compared, "--cut", CUT, "--json");
    JsonNode json = divergence(model, compared.toArray(String[]::new)).done().json();
    agrees(json.get("statistics"), golden("exact"), 2e-5);
    assertThat(json.get("chunks")).hasSize(4);
    assertThat(json.at("/chunks/3/divergence")).isEqualTo(json.at("/statistics/divergence"));

    String base = folder.resolve("base.bin").toString();
    List<String> saving = new ArrayList<>(List.of(options));
    Collections.addAll(saving, "--save-base", base);
    String said = divergence(model, saving.toArray(String[]::new)).done().out();
    assertThat(said)
        .matches(
            "(?s)(\\[[1-4]\\]\\d+\\.\\d{4},){4}\nFinal estimate: PPL = [\\d.]+ \\+/- [\\d.]+\n")
        .contains("PPL = 73.10");
    JsonNode held = divergence(model, "--base", base, "--cut", CUT, "--json").done().json();
    assertThat(held.get("context").asInt()).isEqualTo(256);
    agrees(held.get("statistics"), golden("base"), 3e-3);
  }

  @Test
  void textIsLlamaCppsWhateverIsComputedTogether() throws IOException {
    DemoModel demo = DemoModel.unpackedIn(folder.resolve("demo"));
    String text = demo.folder().resolve("heldout.txt").toString();
    String[] options = {"--text", text, "-c", "128", "--chunks", "5", "--cut", "3.ffn"};
    String alone = divergence(demo.folder(), with(options, "--batch-tokens", "1")).done().out();
    String together =
        divergence(demo.folder(), with(options, "--batch-tokens", "384")).done().out();
    assertThat(together).isEqualTo(alone);
    assertThat(alone.lines().filter(line -> line.startsWith("chunk  "))).hasSize(5);
    assertThat(alone)
        .containsPattern("\n   5 +[\\d.]+ ± +[\\d.]+ +-?[\\d.]+ ± +[\\d.]+ +[\\d.]+ ± ")
        .contains(
            "\n\n====== Perplexity statistics ======\nMean PPL(Q)                   : ",
            "\n\n====== KL divergence statistics ======\nMean    KLD: ",
            "\n\n====== Token probability statistics ======\nMean    Δp: ",
            "\nSame top p: ");
    JsonNode json = divergence(demo.folder(), with(options, "--json")).done().json();
    assertThat(json.at("/statistics/tokens").asInt()).isEqualTo(5 * 63);
    assertThat(json.get("cuts").toString()).isEqualTo("[\"3.ffn\"]");
    assertThat(json.at("/statistics/divergence/value").asDouble()).isPositive();
  }

  private static String[] with(String[] options, String... more) {
    List<String> all = new ArrayList<>(Arrays.asList(options));
    Collections.addAll(all, more);
    return all.toArray(String[]::new);
  }

  @Test
  void aModelDoesNotDifferFromItsOwnBaseButForSixteenBits() throws IOException {
    TinyWorld world = TinyWorld.in(folder);
    Path text = TinyWorld.writeText(folder.resolve("long.txt"), 400);
    String base = folder.resolve("base.bin").toString();
    divergence(world.model(), "--text", text.toString(), "-c", "16", "--save-base", base).done();
    JsonNode json = divergence(world.model(), "--base", base, "--json").done().json();
    assertThat(json.at("/statistics/divergence/value").asDouble()).isCloseTo(0, within(1e-5));
    assertThat(json.at("/statistics/ratio/value").asDouble()).isCloseTo(1, within(1e-4));
    assertThat(json.at("/variant").asText()).isEqualTo("intact");
  }

  @Test
  void variantsOfSweepsAreNamedAsInEval() throws IOException {
    TinyWorld world = TinyWorld.in(folder);
    Path text = TinyWorld.writeText(folder.resolve("long.txt"), 400);
    world.run("--name", "mine", "--until", "0.25").done();
    String[] common = {"--text", text.toString(), "-c", "16", "--json"};
    JsonNode sweep = divergence(world.model(), with(common, "--sweep", "mine@0.25")).done().json();
    assertThat(sweep.get("cuts")).hasSize(2);
    String cuts = sweep.at("/cuts/0").asText() + "," + sweep.at("/cuts/1").asText();
    JsonNode cut = divergence(world.model(), with(common, "--cut", cuts)).done().json();
    assertThat(cut.get("statistics")).isEqualTo(sweep.get("statistics"));
    divergence(world.model(), with(common, "--sweep", "mine@0.25,intact"))
        .refused("one variant at a time");
    divergence(world.model(), with(common, "--sweep", "other@0.25")).refused("other");
  }

  @Test
  void whatCannotBeComparedIsRefusedWithTheNextStep() throws IOException {
    TinyWorld world = TinyWorld.in(folder);
    String text = TinyWorld.writeText(folder.resolve("long.txt"), 400).toString();
    String brief = Files.writeString(folder.resolve("brief.txt"), "The river.\n").toString();
    Path model = world.model();
    divergence(model, "--text", brief, "--cut", "0.ffn", "-c", "16")
        .refused("at least 32 are needed", "two chunks of 16");
    divergence(model, "--text", text).refused("nothing to compare", "--cut", "--base");
    divergence(model, "--cut", "0.ffn").refused("--text is missing");
    divergence(model, "--text", text, "--cut", "0.ffn", "--sweep", "a@0.1")
        .refused("one of the two");
    divergence(model, "--text", text, "--cut", "9.ffn", "-c", "16").refused("9.ffn");
    divergence(model, "--text", text, "--cut", "0.ffn", "-c", "3").refused("at least 4");
    divergence(model, "--text", text, "--cut", "0.ffn", "--chunks", "0").refused("at least 1");
    divergence(model, "--text", folder.resolve("no").toString(), "--cut", "0.ffn")
        .refused("no such file");
    divergence(model, "--base", text).refused("no base file");
    divergence(model, "--base", text, "--text", text).refused("Leave --text out");
    divergence(model, "--base", text, "--save-base", text).refused("one of the two");
    divergence(folder.resolve("none"), "--text", text, "--cut", "0.ffn").refused("none");
    String wide = folder.resolve("missing/base.bin").toString();
    divergence(model, "--text", text, "-c", "16", "--save-base", wide).refused("cannot be written");
  }

  @Test
  void contextBeyondTheModelsIsRefused() throws IOException {
    DemoModel demo = DemoModel.unpackedIn(folder.resolve("demo"));
    String text = demo.folder().resolve("heldout.txt").toString();
    divergence(demo.folder(), "--text", text, "--cut", "0.ffn", "-c", "1024")
        .refused("chunks of 1024 tokens", "made for 512");
  }
}
