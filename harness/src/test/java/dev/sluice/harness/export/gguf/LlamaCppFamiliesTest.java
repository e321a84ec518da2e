package dev.sluice.harness.export.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.engine.TorchEngine;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.harness.model.TinyCheckpoints.TinySpec;
import dev.sluice.harness.variant.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every shape of model that can be expressed, with random weights, in llama.cpp and in our engine. */
class LlamaCppFamiliesTest {
  private static final String CUTS = "0.ffn,1.attention";
  private static final int LONGEST = 48;

  @TempDir private Path folder;

  @BeforeAll
  static void requireLlamaCpp() {
    LlamaCpp.require();
  }

  static Stream<TinySpec> shapes() {
    return Stream.of(
        TinyCheckpoints.llama(),
        TinyCheckpoints.llama().withBiases(true).withTied(false),
        TinyCheckpoints.mistral(),
        TinyCheckpoints.qwen2(),
        TinyCheckpoints.of("phi3"));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void logitsAgree(TinySpec spec) throws IOException {
    Path model = TinyCheckpoints.write(folder.resolve(spec.family()), spec);
    requireAgreement(model, "intact");
    requireAgreement(model, CUTS);
    requireAgreement(model, "0.attention,1.ffn");
  }

  @Test
  void positionsStretchedAsInLlama3Agree() throws IOException {
    ObjectNode config = TinyCheckpoints.config(TinyCheckpoints.llama());
    config
        .putObject("rope_scaling")
        .put("rope_type", "llama3")
        .put("factor", 8.0)
        .put("low_freq_factor", 1.0)
        .put("high_freq_factor", 4.0)
        .put("original_max_position_embeddings", 32);
    requireAgreement(withConfig(config), CUTS);
  }

  @Test
  void positionsStretchedEvenlyAgree() throws IOException {
    ObjectNode config = TinyCheckpoints.config(TinyCheckpoints.llama());
    config.putObject("rope_scaling").put("rope_type", "linear").put("factor", 4.0);
    requireAgreement(withConfig(config), CUTS);
  }

  @Test
  void modelWithoutTokenizerTakesTokenIds() throws IOException {
    Path model = TinyCheckpoints.write(folder.resolve("bare"), TinyCheckpoints.llama());
    Files.delete(model.resolve("tokenizer.json"));
    requireAgreement(model, CUTS);
  }

  private Path withConfig(ObjectNode config) throws IOException {
    Path model = TinyCheckpoints.write(folder.resolve("stretched"), TinyCheckpoints.llama());
    Files.writeString(model.resolve("config.json"), config.toString());
    return model;
  }

  private void requireAgreement(Path model, String cuts) throws IOException {
    Variant variant = Variant.parse(cuts);
    try (Checkpoint checkpoint = Checkpoint.open(model);
        TorchEngine engine = Compared.engine(checkpoint)) {
      int length = Math.min(LONGEST, LlamaShape.context(checkpoint.config()));
      int[] tokens = new Random(1).ints(length, 0, checkpoint.config().vocabulary()).toArray();
      Path file = Compared.export(checkpoint, variant, Optional.empty(), folder);
      Compared compared =
          Compared.of(Compared.ours(engine, checkpoint, variant, tokens), file, tokens);
      assertThat(compared.worst()).as("%s, %s", model.getFileName(), cuts).isLessThan(1e-4);
    }
  }
}
