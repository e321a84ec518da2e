package dev.sluice.harness.export.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.harness.engine.DeviceChoice;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.engine.Tokenizer;
import dev.sluice.harness.engine.TorchEngine;
import dev.sluice.harness.evaluation.Forward;
import dev.sluice.harness.export.Export;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.session.DemoModel;
import dev.sluice.harness.variant.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exported variants of the demo model in llama.cpp, against our own engine on the same tokens. */
class LlamaCppLogitsTest {
  private static final int CONTEXT = 512;

  @TempDir private static Path folder;
  private static LlamaCpp llama;
  private static Checkpoint checkpoint;
  private static TorchEngine engine;
  private static int[] tokens;

  @BeforeAll
  static void openBoth() throws IOException {
    llama = LlamaCpp.require();
    Path demo = DemoModel.unpackedIn(folder.resolve("demo")).folder();
    checkpoint = Checkpoint.open(demo);
    engine =
        TorchEngine.open(
            checkpoint,
            new TorchEngine.Options(DeviceChoice.CPU, Dtype.FLOAT32, true, OptionalInt.of(2)));
    try (Tokenizer tokenizer =
        Tokenizer.open(checkpoint.tokenizerFile().orElseThrow(), config().vocabulary())) {
      String text = Files.readString(demo.resolve("heldout.txt"));
      tokens = Arrays.copyOf(tokenizer.encode(text), CONTEXT);
    }
  }

  @AfterAll
  static void close() {
    if (checkpoint != null) {
      engine.close();
      checkpoint.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "intact",
        "3.attention",
        "4.ffn",
        "5.attention,5.ffn",
        "0.attention",
        "0.ffn",
        "0.attention,0.ffn",
        "11.attention",
        "11.ffn",
        "11.attention,11.ffn",
        "2.ffn,3.attention",
        "0.attention,1.attention,4.ffn,5.ffn,7.attention,7.ffn,8.attention,10.ffn,11.ffn",
      })
  void agreeWithOurs(String variant) throws IOException {
    Compared compared = compare(Variant.parse(variant), Dtype.FLOAT32);
    System.out.println(variant + " " + compared);
    assertThat(compared.worst()).isLessThan(1e-3);
    assertThat(compared.sameTop()).isEqualTo(CONTEXT);
    assertThat(compared.perplexityRatio()).isBetween(0.9999, 1.0001);
  }

  private static ModelConfig config() {
    return checkpoint.config();
  }

  private record Compared(double worst, int sameTop, double ours, double theirs) {
    double perplexityRatio() {
      return theirs / ours;
    }
  }

  private static Compared compare(Variant variant, Dtype dtype) throws IOException {
    Path file = export(variant, dtype);
    float[][] ours =
        Forward.logits(engine, config(), new TokenBatch(0, List.of(tokens)), variant);
    try (LlamaCpp.LlamaModel model = llama.load(file);
        LlamaCpp.LlamaContext context = model.context(CONTEXT, 2, true)) {
      float[][] theirs = context.allLogits(tokens);
      double worst = 0;
      int same = 0;
      for (int t = 0; t < CONTEXT; t++) {
        for (int v = 0; v < ours[t].length; v++) {
          worst = Math.max(worst, Math.abs(ours[t][v] - theirs[t][v]));
        }
        same += top(ours[t]) == top(theirs[t]) ? 1 : 0;
      }
      return new Compared(worst, same, perplexity(ours), perplexity(theirs));
    }
  }

  private static Path export(Variant variant, Dtype dtype) throws IOException {
    Path target = Files.createTempDirectory(folder, "export");
    Export export =
        new Export(checkpoint, variant, "test", Optional.of(dtype), Long.MAX_VALUE);
    new GgufExporter().write(export, target);
    return target.resolve(GgufExporter.FILE);
  }

  private static int top(float[] logits) {
    int top = 0;
    for (int v = 1; v < logits.length; v++) {
      top = logits[v] > logits[top] ? v : top;
    }
    return top;
  }

  private static double perplexity(float[][] logits) {
    double sum = 0;
    for (int t = 0; t + 1 < logits.length; t++) {
      double most = logits[t][top(logits[t])];
      double total = 0;
      for (float logit : logits[t]) {
        total += Math.exp(logit - most);
      }
      sum += most + Math.log(total) - logits[t][tokens[t + 1]];
    }
    return Math.exp(sum / (logits.length - 1));
  }
}
