package dev.sluice.harness.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.harness.evaluation.Forward;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.variant.Variant;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logits of tiny random checkpoints that transformers computed; kept with the tests. */
class FamilyLogitsTest {
  private static final float TOLERANCE = 1e-4f;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "qwen3",
        "llama-rope-llama3",
        "llama-rope-linear",
        "llama-rope-dynamic",
        "gpt2",
        "gpt_neox",
        "gpt_neox-sequential",
        "gemma",
        "gemma2",
        "phi3",
        "phi3-longrope",
        "opt",
        "olmo2",
        "mixtral",
        "qwen3_moe",
        "qwen3_moe-step"
      })
  void agreeWithTransformersIntactAndCut(String name) throws Exception {
    Path folder = resource("/golden/" + name);
    JsonNode expected = new ObjectMapper().readTree(folder.resolve("expected.json").toFile());
    JsonNode tokens = expected.get("tokens");
    int[] ids = IntStream.range(0, tokens.size()).map(t -> tokens.get(t).asInt()).toArray();
    try (Checkpoint checkpoint = Checkpoint.open(folder);
        TorchEngine engine = GoldenLogitsTest.open(checkpoint, Dtype.FLOAT32)) {
      TokenBatch batch = new TokenBatch(0, List.of(ids));
      for (JsonNode variant : expected.get("variants")) {
        List<Sublayer> cut = new ArrayList<>();
        variant.get("cut").forEach(c -> cut.add(Sublayer.parse(c.asText())));
        float[][] logits = Forward.logits(engine, checkpoint.config(), batch, Variant.cutting(cut));
        for (int i = 0; i < expected.get("positions").size(); i++) {
          float[] row = logits[expected.get("positions").get(i).asInt()];
          for (int v = 0; v < row.length; v++) {
            assertThat(row[v])
                .as("%s cut %s, position %d, token %d", name, cut, i, v)
                .isCloseTo(
                    (float) variant.get("logits").get(i).get(v).asDouble(), offset(TOLERANCE));
          }
        }
      }
    }
  }

  private static Path resource(String name) throws URISyntaxException {
    return Path.of(requireNonNull(FamilyLogitsTest.class.getResource(name), name).toURI());
  }
}
