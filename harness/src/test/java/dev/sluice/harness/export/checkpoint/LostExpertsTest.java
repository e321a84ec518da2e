package dev.sluice.harness.export.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.harness.engine.Logits;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.export.Export;
import dev.sluice.harness.export.Exports;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.ModelConfig.Experts;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.harness.variant.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mixtures that lose single experts, as checkpoints: four experts in each of three blocks. */
class LostExpertsTest {
  private static final TokenBatch BATCH =
      new TokenBatch(0, List.of(new Random(8).ints(24, 0, 200).toArray()));

  @TempDir private Path folder;

  private static float[][] logits(Path model, Variant variant) {
    return Logits.of(model, variant, BATCH);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mixtral | 0.ffn.1,1.ffn.3,2.ffn.0 | 3 | 2",
        "mixtral | 0.ffn.0,0.ffn.1,0.ffn.2,1.ffn.0,1.ffn.2,1.ffn.3,2.ffn.1,2.ffn.2,2.ffn.3 | 1 | 1",
        "mixtral | 0.ffn.1,0.attention,1.ffn,2.ffn.2 | 3 | 2",
        "mixtral | 0.ffn.1,1.attention,1.ffn,2.ffn.2 | 3 | 2",
        "qwen3_moe | 1.ffn.1,2.ffn.2 | 5 | 3"
      })
  void modelThatLostAsManyInEveryBlockIsTheVariant(String family, String cuts, int left, int active)
      throws IOException {
    Path model = TinyCheckpoints.write(folder.resolve("model"), TinyCheckpoints.of(family));
    Path out = Files.createDirectory(folder.resolve("out"));
    Variant variant = Variant.parse(cuts);
    try (Checkpoint checkpoint = Checkpoint.open(model)) {
      Export export = Exports.of(checkpoint, variant);
      assertThat(new ZeroedExporter().obstacle(export)).isEmpty();
      new ZeroedExporter().write(export, out);
    }
    try (Checkpoint checkpoint = Checkpoint.open(out)) {
      Experts experts = checkpoint.config().ffn().experts().orElseThrow();
      assertThat(experts.count()).isEqualTo(left);
      assertThat(experts.active()).isEqualTo(active);
    }
    float[][] expected = logits(model, variant);
    float[][] actual = logits(out, Variant.intact());
    for (int t = 0; t < expected.length; t++) {
      assertThat(actual[t]).as("%s at %d", cuts, t).containsExactly(expected[t], within(1e-6f));
    }
  }

  @Test
  void unevenLossIsAnObstacleThatIsNamed() {
    Path model = TinyCheckpoints.write(folder, TinyCheckpoints.of("mixtral"));
    try (Checkpoint checkpoint = Checkpoint.open(model)) {
      assertThat(
              new ZeroedExporter()
                  .obstacle(Exports.of(checkpoint, Variant.parse("0.ffn.1,1.ffn.3,1.ffn.0"))))
          .contains(
              "it cuts 0 experts in block 2 and 2 in block 1, and config.json has one number for all blocks");
      assertThat(
              new ZeroedExporter()
                  .obstacle(Exports.of(checkpoint, Variant.parse("0.ffn.1,1.ffn,2.ffn.0"))))
          .isEmpty();
    }
  }
}
