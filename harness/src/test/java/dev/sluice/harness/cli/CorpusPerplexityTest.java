package dev.sluice.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.harness.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Perplexity of a corpus by the rules of GPTQ and llama.cpp, against PyTorch's. */
class CorpusPerplexityTest {
  private static final String CONVENTION =
      """
      name: corpus
      version: "1.0"
      measures: Perplexity per token of a text.
      licence: unknown
      source: {dataset: own/text, split: test}
      request: corpus
      %s
      metrics: [token_perplexity]
      """;
  private static final String GPTQ =
      CONVENTION.formatted(
          """
          steps: [wikitext_hub_line]
          continuation: "{line}"
          windows: {convention: gptq, length: %d, join: "\\n\\n"}\
          """);
  private static final String LLAMA_CPP =
      CONVENTION.formatted(
          """
          steps: [wikitext_raw_line]
          continuation: "{line}"
          windows: {convention: llama_cpp, length: %d}\
          """);

  @TempDir private Path folder;

  private Ran eval(Path model, Path data, String... more) {
    List<String> line = new ArrayList<>(List.of("eval", "--json", "--model", model.toString()));
    Collections.addAll(line, "--data", data.toString(), "--threads", "2");
    Collections.addAll(line, "--journal", folder.resolve("journal").toString());
    Collections.addAll(line, more);
    return Ran.of(line.toArray(String[]::new));
  }

  private String task(String text, int length) throws IOException {
    return Files.writeString(folder.resolve("corpus.yaml"), text.formatted(length)).toString();
  }

  private static JsonNode score(JsonNode json) {
    return json.at("/tasks/0/variants/intact/scores/0");
  }

  /**
   * transformers 5.18, torch 2.13, float32: the whole text tokenised once, {@code CrossEntropyLoss} of
   * each window's 2nd to last token times the length, summed, over windows times length (GPTQ); {@code
   * log_softmax} in float64 of the second half but for its first token, the first token of a window
   * overwritten by the beginning token (llama.cpp).
   */
  @ParameterizedTest
  @CsvSource({
    "data/models/stories260K, gptq,      256, 8, 111.36135412590575,",
    "data/models/stories260K, gptq,      512, 4, 119.51872035964,",
    "data/models/stories260K, llama_cpp, 256, 8, 91.18313001113222, 9.6509136198598",
    "data/models/stories260K, llama_cpp, 512, 4, 101.3605282364416, 10.344839205048345",
    "demo/model,              gptq,      512, 4, 51577.19242543204,",
    "demo/model,              llama_cpp, 256, 8, 40639.79189683312, 4454.634995138101",
  })
  void perplexityIsPyTorchs(
      String model, String convention, int length, int windows, double value, Double error)
      throws IOException {
    Path text = SharedData.require("data/text/wikitext2.test.raw");
    boolean shipped = convention.equals("llama_cpp") && length == 512;
    String file = task(convention.equals("gptq") ? GPTQ : LLAMA_CPP, length);
    String[] more = {
      "--task-file",
      file,
      "--tasks",
      shipped ? "wikitext2_llama_cpp" : "corpus",
      "--limit",
      Integer.toString(windows)
    };
    JsonNode score = score(eval(SharedData.require(model), text, more).done().json());
    assertThat(score.get("metric").asText()).isEqualTo("token_perplexity");
    assertThat(score.get("documents").asInt()).isEqualTo(windows);
    assertThat(score.get("value").asDouble()).isCloseTo(value, within(1e-4 * value));
    if (error != null) {
      assertThat(score.get("standardError").asDouble()).isCloseTo(error, within(1e-4 * error));
    }
  }

  @Test
  void windowsThatWereScoredAreNotScoredAgain() throws IOException {
    TinyWorld world = TinyWorld.in(folder);
    Path text = TinyWorld.writeText(folder.resolve("test.txt"), 600);
    String[] some = {"--task-file", task(GPTQ, 32), "--tasks", "corpus", "--limit", "5"};
    JsonNode five = eval(world.model(), text, some).done().json();
    assertThat(score(five).get("documents").asInt()).isEqualTo(5);
    String[] all = {"--task-file", task(GPTQ, 32), "--tasks", "corpus"};
    JsonNode first = eval(world.model(), text, all).done().json();
    int windows = score(first).get("documents").asInt();
    assertThat(windows).isGreaterThan(10);
    assertThat(first.at("/cost/tokensComputed").asLong()).isLessThanOrEqualTo((windows - 5) * 31L);
    JsonNode again = eval(world.model(), text, all).done().json();
    assertThat(again.at("/cost/tokensComputed").asLong()).isZero();
    assertThat(score(again)).isEqualTo(score(first));
    String[] share = {"--task-file", task(GPTQ, 32), "--tasks", "corpus", "--limit", "0.25"};
    assertThat(score(eval(world.model(), text, share).done().json()).get("documents").asInt())
        .isEqualTo((int) Math.ceil(windows * 0.25));
  }

  @Test
  void windowsThatCannotBeAreRefusedWithTheNumbers() throws IOException {
    TinyWorld world = TinyWorld.in(folder);
    Path text = Files.writeString(folder.resolve("test.txt"), "The river runs.\n");
    String mine = task(LLAMA_CPP, 64);
    refused(eval(world.model(), text, "--task-file", mine, "--tasks", "corpus"))
        .contains("needs two windows of 64", "128 tokens");
    refused(eval(world.model(), text, "--tasks", "wikitext2_gptq_2048"))
        .contains("wikitext2_gptq_2048", "windows of 2048", "the model reads");
  }

  @Test
  void longestShippedWindowsThatFitAreNamed() throws IOException {
    Path text = Files.writeString(folder.resolve("test.txt"), "The river runs.\n");
    Path stories = SharedData.require("data/models/stories260K");
    refused(eval(stories, text, "--tasks", "wikitext2_gptq_4096"))
        .contains("the model reads 512: ask wikitext2_llama_cpp, whose windows have 512");
  }

  private static org.assertj.core.api.AbstractStringAssert<?> refused(Ran ran) {
    assertThat(ran.code()).as(ran.err()).isEqualTo(2);
    return assertThat(ran.err()).doesNotContain("Exception", "\tat ");
  }

  @Test
  void samplesHoldAWindowALine() throws IOException {
    TinyWorld world = TinyWorld.in(folder);
    Path text = TinyWorld.writeText(folder.resolve("test.txt"), 300);
    String[] more = {
      "--task-file",
      task(LLAMA_CPP, 32),
      "--tasks",
      "corpus",
      "--output",
      folder.resolve("out").toString()
    };
    JsonNode json = eval(world.model(), text, more).done().json();
    Path file;
    try (var files = Files.list(folder.resolve("out/model__intact"))) {
      file = files.filter(f -> f.toString().contains("samples_corpus_")).findFirst().orElseThrow();
    }
    double sum = 0;
    long scored = 0;
    for (String line : Files.readAllLines(file)) {
      JsonNode pair =
          new com.fasterxml.jackson.databind.ObjectMapper().readTree(line).get("token_perplexity");
      assertThat(pair.get(1).asInt()).isEqualTo(15);
      sum += pair.get(0).asDouble();
      scored += pair.get(1).asLong();
    }
    double value = score(json).get("value").asDouble();
    assertThat(Math.exp(-sum / scored)).isCloseTo(value, within(1e-9 * value));
  }
}
