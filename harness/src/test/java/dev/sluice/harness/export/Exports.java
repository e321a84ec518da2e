package dev.sluice.harness.export;

import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.variant.Variant;
import java.util.Optional;

/** Requests for tests. */
public final class Exports {
  private static final long NO_LIMIT = Long.MAX_VALUE;

  private Exports() {}

  /** Everything in one file, each tensor in its type. */
  public static Export of(Checkpoint checkpoint, Variant variant) {
    return new Export(checkpoint, variant, variant.toString(), Optional.empty(), NO_LIMIT);
  }

  public static Export as(Dtype dtype, Checkpoint checkpoint, Variant variant) {
    return new Export(checkpoint, variant, variant.toString(), Optional.of(dtype), NO_LIMIT);
  }

  public static Export inShards(long bytes, Checkpoint checkpoint, Variant variant) {
    return new Export(checkpoint, variant, variant.toString(), Optional.empty(), bytes);
  }
}
