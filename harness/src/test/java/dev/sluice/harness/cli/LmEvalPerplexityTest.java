package dev.sluice.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.SharedData;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Perplexities and standard errors that lm-evaluation-harness 0.4.13 gave: {@code lm_eval --model hf
 * --model_args dtype=float32,max_length=512 --device cpu}, the tasks' own YAML over local rows.
 */
class LmEvalPerplexityTest {
  private static final String DEMO = "demo/model";
  private static final String STORIES = "data/models/stories260K";

  @TempDir private Path folder;

  private ObjectNode scores(String model, String task, String data, int rows) {
    JsonNode json =
        Ran.of(
                "eval",
                "--json",
                "--model",
                SharedData.require(model).toString(),
                "--tasks",
                task,
                "--data",
                SharedData.require(data).toString(),
                "--limit",
                Integer.toString(rows),
                "--journal",
                folder.resolve("journal").toString())
            .done()
            .json();
    ObjectNode scores = JsonNodeFactory.instance.objectNode();
    json.at("/tasks/0/variants/intact/scores")
        .forEach(score -> scores.set(score.get("metric").asText(), score));
    return scores;
  }

  private static void same(JsonNode score, double value, double error) {
    assertThat(score.path("value").asDouble()).isCloseTo(value, within(1e-4 * value));
    assertThat(score.path("standardError").asDouble()).isCloseTo(error, within(2e-4 * error));
  }

  @ParameterizedTest
  @CsvSource({
    DEMO + ", 9.670754569446178, 0.6427276233911294, 0.11666666666666667, 0.04179359199028119",
    STORIES + ", 8.374063739528971, 1.4461152599042064, 0.55, 0.06476816543825593",
  })
  void lastWordsAreAsLmEvalScoresThem(
      String model, double perplexity, double error, double acc, double accError) {
    ObjectNode scores = scores(model, "lambada_openai", "demo/tasks/lastword.jsonl", 60);
    same(scores.path("perplexity"), perplexity, error);
    same(scores.path("acc"), acc, accError);
  }

  @ParameterizedTest
  @CsvSource({
    DEMO + ", 42786188005258.85, 454.45597756692564, 8.827996739371473",
    STORIES + ", 803169.0754060496, 14.163549010290966, 3.824110906777734",
  })
  void pagesAreAsLmEvalScoresThem(String model, double word, double octet, double bits) {
    ObjectNode scores = scores(model, "wikitext", "data/text/wikitext2.test.raw", 6);
    assertThat(scores.path("word_perplexity").path("value").asDouble())
        .isCloseTo(word, within(1e-3 * word));
    assertThat(scores.path("byte_perplexity").path("value").asDouble())
        .isCloseTo(octet, within(1e-4 * octet));
    assertThat(scores.path("bits_per_byte").path("value").asDouble())
        .isCloseTo(bits, within(1e-4 * bits));
    assertThat(scores).noneMatch(score -> score.has("standardError"));
  }
}
