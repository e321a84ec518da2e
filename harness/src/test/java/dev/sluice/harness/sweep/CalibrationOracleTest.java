package dev.sluice.harness.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.benchmarks.CalibrationRows;
import dev.sluice.benchmarks.CalibrationRows.Rule;
import dev.sluice.benchmarks.PromptSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CalibrationOracleTest {

  @Test
  void finerCutsRowsEqualThoseOfTheReference() throws IOException {
    Path shared = Path.of(System.getProperty("sluice.shared", ""));
    Path model = shared.resolve("data/models/stories260K");
    Path text = shared.resolve("data/text/tinystories.txt");
    assumeTrue(
        Files.exists(model) && Files.exists(text),
        "no reference data: set -Dsluice.shared to the folder that has data/models/stories260K");
    int[][] expected =
        new ObjectMapper()
            .convertValue(
                new ObjectMapper().readTree(model.resolve("oracle.json").toFile()).get("input_ids"),
                int[][].class);

    try (HuggingFaceTokenizer tokenizer =
        HuggingFaceTokenizer.builder()
            .optTokenizerPath(model.resolve("tokenizer.json"))
            .optTruncation(false)
            .optPadding(false)
            .build()) {
      List<int[]> rows =
          new CalibrationRows(Rule.finerCut())
              .rows(
                  PromptSources.of(text, Optional.empty()),
                  t ->
                      LongStream.of(tokenizer.encode(t).getIds())
                          .mapToInt(Math::toIntExact)
                          .toArray())
              .blockOptional()
              .orElseThrow();
      assertThat(rows.toArray(int[][]::new)).isDeepEqualTo(expected);
    }
  }
}
