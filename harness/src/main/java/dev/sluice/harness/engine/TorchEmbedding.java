package dev.sluice.harness.engine;

import ai.djl.pytorch.jni.IValue;
import dev.sluice.harness.engine.TorchState.TreeTables;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.ModelConfig.Positions;
import dev.sluice.scorers.PrerequisiteException;
import java.util.OptionalInt;

/** Turns tokens into what the first sublayer reads, and token trees into their tables. */
final class TorchEmbedding {
  private final TorchModule module;
  private final ModelConfig config;
  private final TorchEngine.Options options;
  private final TorchWeights weights;
  private final PositionTables positions;

  TorchEmbedding(
      TorchModule module,
      ModelConfig config,
      TorchEngine.Options options,
      TorchWeights weights,
      PositionTables positions) {
    this.module = module;
    this.config = config;
    this.options = options;
    this.weights = weights;
    this.positions = positions;
  }

  private void requireContext(int length) {
    if (length > config.context()) {
      throw new PrerequisiteException(
          "a sequence of "
              + length
              + " tokens: the model has learned "
              + config.context()
              + " positions and no more. Give it shorter sequences");
    }
  }

  /** What the first sublayer reads, {@code [B, T, H]}, which the caller closes. */
  IValue of(TokenBatch batch) {
    if (config.positions() instanceof Positions.Learned) {
      requireContext(batch.tree().map(TokenTree::longest).orElse(batch.length()));
    }
    IValue x;
    try (IValue ids = longs(batch.ids(), batch.rows(), batch.length())) {
      x = module.call("embed", ids, weights.embedding());
    }
    if (config.ends().embeddingScale() != 1) {
      x = module.callAndClose("scale", x, IValue.from(config.ends().embeddingScale()));
    }
    return switch (config.positions()) {
      case Positions.Rotary ignored -> x;
      case Positions.Learned learned -> {
        try (IValue plain = x;
            IValue first = IValue.from((long) learned.offset());
            IValue depths = depths(batch)) {
          yield module.call("position", plain, weights.positions(), first, depths);
        }
      }
    };
  }

  /** Depths of a tree's tokens as a list of one tensor, which is empty for rows. */
  private IValue depths(TokenBatch batch) {
    if (batch.tree().isEmpty()) {
      return module.call("causal");
    }
    TokenTree tree = batch.tree().get();
    try (IValue depths = longs(tree.depths(), tree.size())) {
      return IValue.listFrom(depths);
    }
  }

  /** Rotations and masks of a token tree. */
  TreeTables tables(TokenTree tree) {
    try (IValue depths = longs(tree.depths(), tree.size())) {
      return new TreeTables(
          positions.rotations(tree.longest(), depths), window -> mask(tree, window));
    }
  }

  private IValue mask(TokenTree tree, OptionalInt window) {
    try (IValue depths = longs(tree.depths(), tree.size());
        IValue ends = longs(tree.ends(), tree.size());
        IValue size = IValue.from((long) window.orElse(tree.size()));
        IValue dtype = IValue.from((long) TorchWeights.torchType(options.dtype()))) {
      return module.call("ancestors", depths, ends, size, dtype);
    }
  }

  private IValue longs(long[] values, long... shape) {
    return module.longs(values, options.device(), shape);
  }
}
