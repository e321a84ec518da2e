package dev.sluice.harness.export.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.sluice.harness.export.ExportFormat;
import dev.sluice.harness.export.text.ModelCard.Facts;
import dev.sluice.harness.export.text.ModelCard.Result;
import dev.sluice.harness.export.text.ModelCard.Source;
import dev.sluice.harness.masks.CutList;
import dev.sluice.harness.masks.CutList.Origin;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Reduction;
import dev.sluice.scorers.statistics.ConfidenceInterval;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ModelCardTest {
  private static final String DIGEST = "0123456789abcdef".repeat(4);

  private static CutList cuts(boolean ordered) {
    return new CutList(
        Stream.of("3.attention", "2.ffn").map(Candidate::parse).toList(),
        ordered,
        ordered ? List.of(0.01, 0.02345) : List.of(),
        ordered ? Origin.UNKNOWN.foundBy("finercut", Optional.of("ag")) : Origin.UNKNOWN);
  }

  private static Facts facts(String name, String model, ExportFormat format, List<Result> results) {
    return new Facts(
        name,
        new Source(model, "llama", 4, DIGEST),
        format,
        cuts(format == ExportFormat.HF_ZEROED),
        new Reduction(0.25, 0, 0.2, 0.18, 0.25),
        256,
        results,
        format == ExportFormat.HF_ZEROED ? List.of("Loads in any transformers.") : List.of(),
        "0.1.0");
  }

  @Test
  void aCardWithResults() {
    List<Result> results =
        List.of(
            new Result(
                "agree",
                "acc",
                0,
                250,
                0.984,
                Optional.of(new ConfidenceInterval(0.9595, 0.9938, 0.95)),
                OptionalDouble.of(1),
                "demo-eval (djl-pytorch 2.7.1, float32)"),
            new Result(
                "wikitext",
                "word_perplexity",
                0,
                62,
                12.34567,
                Optional.empty(),
                OptionalDouble.empty(),
                "other (djl-pytorch 2.7.1, bfloat16)"));
    assertThat(ModelCard.of(facts("q@0.25", "Qwen/Qwen3-0.6B@v1", ExportFormat.HF_ZEROED, results)))
        .isEqualTo(
            """
            ---
            base_model: "Qwen/Qwen3-0.6B"
            library_name: transformers
            pipeline_tag: text-generation
            tags:
              - sluice
              - depth-pruning
              - hf-zeroed
            ---

            # Qwen3-0.6B@v1 with cut sublayers

            `q@0.25` of `Qwen/Qwen3-0.6B@v1`: 25.0 % of sublayers are cut. A sublayer is the attention or the FFN of one block; what is cut adds nothing to the residual stream. Nothing was trained after the cut.

            - Loads in any transformers.

            ## What is cut

            In the order in which they were cut: `3.attention`, `2.ffn`.

            Chosen by `finercut` with the measure `ag`, 0.02345 after the last cut on the text of the search.

            Share of the intact model that is cut, which is what the best form can save:

            | of | cut |
            |---|---|
            | 8 sublayers | 25.0 % |
            | 4 whole blocks | 0.0 % |
            | parameters | 20.0 % |
            | multiply-adds a token, in sequences of 256 | 18.0 % |
            | KV cache | 25.0 % |

            ## Results

            As lm-evaluation-harness scores them. The intervals hold 95 %: Wilson's for shares of right answers, 1.96 standard errors for other numbers.

            | task | metric | shots | items | this variant | 95 % interval | intact | evaluation |
            |---|---|---|---|---|---|---|---|
            | agree | acc | 0 | 250 | 0.9840 | 0.9595 to 0.9938 | 1.000 | demo-eval (djl-pytorch 2.7.1, float32) |
            | wikitext | word\\_perplexity | 0 | 62 | 12.35 |  |  | other (djl-pytorch 2.7.1, bfloat16) |

            ## Loading

            ```python
            from transformers import AutoModelForCausalLM, AutoTokenizer

            model = AutoModelForCausalLM.from_pretrained("FOLDER")
            tokenizer = AutoTokenizer.from_pretrained("FOLDER")
            ```

            ## Made from

            | what | which |
            |---|---|
            | model | Qwen/Qwen3-0.6B@v1 |
            | family | llama |
            | weights | sha256:%s |
            | form | hf-zeroed |
            | Sluice | 0.1.0 |
            """
                .replace("%s", DIGEST));
  }

  @Test
  void aCardWithoutResultsSaysSo() {
    String card = ModelCard.of(facts("x", "/home/me/mine", ExportFormat.MASKS, List.of()));
    assertThat(card)
        .doesNotContain("/home")
        .startsWith("---\npipeline_tag: text-generation\n")
        .contains("# mine with cut sublayers")
        .contains("\n`3.attention`, `2.ffn`.\n")
        .doesNotContain("Chosen by")
        .contains("## Results\n\nThis variant was not evaluated on any task.\n");
  }

  @Test
  void namesOfAnyKindBreakNeitherHeadNorTables() throws IOException {
    String odd = "a|b `c`: #d\n---\ne*f_g<script>\u2028[h](i) \"j\\";
    Result result =
        new Result(odd, "acc", 5, 1, 0.5, Optional.empty(), OptionalDouble.empty(), odd);
    String card = ModelCard.of(facts(odd, odd, ExportFormat.GGUF, List.of(result)));
    JsonNode head = head(card);
    assertThat(head.path("library_name").asText()).isEqualTo("gguf");
    assertThat(card.lines().filter("---"::equals)).as("ends of the head").hasSize(2);
    assertThat(card).doesNotContain("\u2028").contains("``a|b `c`: #d --- e*f");
    assertThat(card.replaceAll("``.*?``", "")).doesNotContain("<script>");
    assertThat(card.lines().filter(l -> l.startsWith("| a")))
        .isNotEmpty()
        .allSatisfy(l -> assertThat(l.replace("\\|", "").chars().filter(c -> c == '|')).hasSize(9));
  }

  @ParameterizedTest
  @EnumSource(ExportFormat.class)
  void everyFormHasAHeadThatIsYamlAndSaysHowItIsLoaded(ExportFormat format) throws IOException {
    String card = ModelCard.of(facts("x", "org/name", format, List.of()));
    JsonNode head = head(card);
    assertThat(head.path("base_model").asText()).isEqualTo("org/name");
    assertThat(head.path("tags").path(2).asText()).isEqualTo(format.id());
    assertThat(card.substring(card.indexOf("## Loading"))).contains("```\n\n## Made from");
  }

  private static JsonNode head(String card) throws IOException {
    String yaml = card.substring(4, card.indexOf("\n---\n", 4));
    return new ObjectMapper(new YAMLFactory()).readTree(yaml);
  }
}
