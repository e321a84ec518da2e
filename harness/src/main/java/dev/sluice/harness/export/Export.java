package dev.sluice.harness.export;

import dev.sluice.harness.masks.CutList;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.variant.Variant;
import java.util.Optional;

/**
 * What is to be written.
 *
 * @param checkpoint the intact model, open while it is read; the caller closes it
 * @param name of the variant, as the user wrote it
 * @param dtype type of the written weights; empty keeps each tensor's own
 * @param maxShardBytes of one file of weights, where the form knows shards; a larger tensor gets a
 *     file of its own
 * @param cuts of the variant, in their order where it is known; their origin names this model
 */
public record Export(
    Checkpoint checkpoint,
    Variant variant,
    String name,
    Optional<Dtype> dtype,
    long maxShardBytes,
    CutList cuts) {

  public Export {
    if (!cuts.variant().equals(variant)) {
      throw new IllegalArgumentException(cuts.variant() + " are not the cuts of " + variant);
    }
  }

  /** An export of a variant of which nothing else is known. */
  public Export(
      Checkpoint checkpoint,
      Variant variant,
      String name,
      Optional<Dtype> dtype,
      long maxShardBytes) {
    this(checkpoint, variant, name, dtype, maxShardBytes, CutList.of(variant));
  }
}
