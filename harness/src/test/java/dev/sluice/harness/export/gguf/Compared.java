package dev.sluice.harness.export.gguf;

import dev.sluice.harness.engine.DeviceChoice;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.engine.TorchEngine;
import dev.sluice.harness.evaluation.Forward;
import dev.sluice.harness.export.Export;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.variant.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A variant in our engine, in float32, and its export in llama.cpp, on the same tokens.
 *
 * @param worst the largest difference of a logit
 * @param sameTop positions at which both would go on with the same token
 * @param ours perplexity of all tokens but the first
 * @param theirs the same of llama.cpp's logits
 */
record Compared(double worst, int sameTop, double ours, double theirs) {

  /** llama.cpp's perplexity over ours. */
  double perplexityRatio() {
    return theirs / ours;
  }

  static TorchEngine engine(Checkpoint checkpoint) {
    return TorchEngine.open(
        checkpoint,
        new TorchEngine.Options(DeviceChoice.CPU, Dtype.FLOAT32, true, OptionalInt.of(1)));
  }

  /** Export a variant into a new folder below this one; gives the file. */
  static Path export(Checkpoint checkpoint, Variant variant, Optional<Dtype> dtype, Path folder)
      throws IOException {
    Path target = Files.createTempDirectory(folder, "export");
    new GgufExporter()
        .write(new Export(checkpoint, variant, "test", dtype, Long.MAX_VALUE), target);
    return target.resolve(GgufExporter.FILE);
  }

  static Compared of(float[][] ours, Path file, int[] tokens) {
    try (LlamaCpp.LlamaModel model = LlamaCpp.require().load(file);
        LlamaCpp.LlamaContext context = model.context(tokens.length, 1, true)) {
      float[][] theirs = context.allLogits(tokens);
      double worst = 0;
      int same = 0;
      for (int t = 0; t < tokens.length; t++) {
        for (int v = 0; v < ours[t].length; v++) {
          worst = Math.max(worst, Math.abs(ours[t][v] - theirs[t][v]));
        }
        same += top(ours[t]) == top(theirs[t]) ? 1 : 0;
      }
      return new Compared(worst, same, perplexity(ours, tokens), perplexity(theirs, tokens));
    }
  }

  static float[][] ours(TorchEngine engine, Checkpoint checkpoint, Variant variant, int[] tokens) {
    return Forward.logits(engine, checkpoint.config(), new TokenBatch(0, List.of(tokens)), variant);
  }

  /** The likeliest token. */
  static int top(float[] logits) {
    int top = 0;
    for (int v = 1; v < logits.length; v++) {
      top = logits[v] > logits[top] ? v : top;
    }
    return top;
  }

  private static double perplexity(float[][] logits, int[] tokens) {
    double sum = 0;
    for (int t = 0; t + 1 < tokens.length; t++) {
      double most = logits[t][top(logits[t])];
      double total = 0;
      for (float logit : logits[t]) {
        total += Math.exp(logit - most);
      }
      sum += most + Math.log(total) - logits[t][tokens[t + 1]];
    }
    return Math.exp(sum / (tokens.length - 1));
  }
}
