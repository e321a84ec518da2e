package dev.sluice.harness.engine;

import dev.sluice.harness.evaluation.Forward;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.variant.Variant;
import java.nio.file.Path;
import java.util.OptionalInt;

/** Logits of whole models, in float32 on one thread. */
public final class Logits {
  private Logits() {}

  /** After every token of a batch. */
  public static float[][] of(Path model, Variant variant, TokenBatch batch) {
    try (Checkpoint checkpoint = Checkpoint.open(model)) {
      return of(checkpoint, variant, batch);
    }
  }

  /** After every token of a batch. */
  public static float[][] of(Checkpoint checkpoint, Variant variant, TokenBatch batch) {
    try (TorchEngine engine = engine(checkpoint)) {
      return Forward.logits(engine, checkpoint.config(), batch, variant);
    }
  }

  /** The engine for it, for whoever asks for several variants; the caller closes it. */
  public static TorchEngine engine(Checkpoint checkpoint) {
    return TorchEngine.open(
        checkpoint,
        new TorchEngine.Options(DeviceChoice.CPU, Dtype.FLOAT32, true, OptionalInt.of(1)));
  }
}
