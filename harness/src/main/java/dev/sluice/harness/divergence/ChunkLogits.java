package dev.sluice.harness.divergence;

import dev.sluice.harness.engine.DeviceOutOfMemory;
import dev.sluice.harness.engine.Engine;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.evaluation.Forward;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.PrerequisiteException;
import java.util.Arrays;
import java.util.List;

/** A variant's logits after the scored tokens of a chunk; of one chunk they are all in memory. */
final class ChunkLogits {
  private final Engine engine;
  private final ModelConfig config;
  private final Variant variant;
  private final Chunks chunks;

  ChunkLogits(Engine engine, ModelConfig config, Variant variant, Chunks chunks) {
    this.engine = engine;
    this.config = config;
    this.variant = variant;
    this.chunks = chunks;
  }

  /** {@code [scored][V]}. */
  float[][] of(int chunk) {
    TokenBatch batch = new TokenBatch(chunk, List.of(chunks.read(chunk)));
    try {
      float[][] all = Forward.logits(engine, config, batch, variant);
      return Arrays.copyOfRange(all, chunks.first(), chunks.first() + chunks.scored());
    } catch (DeviceOutOfMemory e) {
      throw new PrerequisiteException(
          "the device has no memory for the logits of %d tokens (%s). Take a smaller --context"
              .formatted(batch.positions(), e.getMessage()),
          e);
    }
  }
}
