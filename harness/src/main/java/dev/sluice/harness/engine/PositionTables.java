package dev.sluice.harness.engine;

import ai.djl.pytorch.jni.IValue;
import dev.sluice.harness.engine.TorchState.TreeTables;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.ModelConfig.Positions;
import dev.sluice.harness.model.ModelConfig.RopeScaling;
import dev.sluice.scorers.PrerequisiteException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongFunction;

/**
 * Where tokens stand: learned positions, rotations and attention masks. What depends on the length of
 * the rows alone is made once for each.
 */
final class PositionTables implements AutoCloseable {
  private static final int DEFAULT = 0;
  private static final int LINEAR = 1;
  private static final int LLAMA3 = 2;
  private static final int LONG = 3;

  private final TorchModule module;
  private final ModelConfig config;
  private final Dtype dtype;
  private final DeviceChoice device;
  private final Map<Long, IValue> rotations = new ConcurrentHashMap<>();
  private final Map<Long, IValue> masks = new ConcurrentHashMap<>();
  private final IValue causal;

  PositionTables(TorchModule module, ModelConfig config, Dtype dtype, DeviceChoice device) {
    this.module = module;
    this.config = config;
    this.dtype = dtype;
    this.device = device;
    this.causal = module.call("causal");
  }

  /** Cosines and sines for rows of a length; nothing where positions are learned. */
  IValue rotations(int length) {
    return switch (config.positions()) {
      case Positions.Rotary rotary -> cached(rotations, length, n -> rotate(rotary, n));
      case Positions.Learned ignored -> causal;
    };
  }

  /**
   * Tokens as the first sublayer reads them.
   *
   * @param x their embedding {@code [B, T, H]}, taken over
   * @param weights the learned positions, if the model has such
   * @return the caller's
   */
  IValue place(IValue x, TokenBatch batch, Optional<IValue> weights) {
    return switch (config.positions()) {
      case Positions.Rotary ignored -> x;
      case Positions.Learned learned -> {
        try (x;
            IValue first = IValue.from((long) learned.offset());
            IValue depths = depths(batch)) {
          requireContext(batch.tree().map(TokenTree::longest).orElse(batch.length()));
          yield module.call("position", x, weights.orElseThrow(), first, depths);
        }
      }
    };
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

  /** Depths of a tree's tokens as a list of one tensor, which is empty for rows. */
  private IValue depths(TokenBatch batch) {
    if (batch.tree().isEmpty()) {
      return module.call("causal");
    }
    try (IValue depths = depths(batch.tree().get())) {
      return IValue.listFrom(depths);
    }
  }

  private IValue depths(TokenTree tree) {
    return module.longs(tree.depths(), device, tree.size());
  }

  /** Rotations and masks of a token tree. */
  TreeTables tables(TokenTree tree) {
    try (IValue depths = depths(tree)) {
      IValue rotations =
          switch (config.positions()) {
            case Positions.Rotary ignored ->
                module.call("gather", rotations(tree.longest()), depths);
            case Positions.Learned ignored -> module.call("causal");
          };
      return new TreeTables(rotations, window -> mask(tree, window));
    }
  }

  private IValue mask(TokenTree tree, OptionalInt window) {
    try (IValue depths = depths(tree);
        IValue ends = module.longs(tree.ends(), device, tree.size());
        IValue size = IValue.from((long) window.orElse(tree.size()));
        IValue type = IValue.from((long) TorchWeights.torchType(dtype))) {
      return module.call("ancestors", depths, ends, size, type);
    }
  }

  /**
   * No mask where the window holds the whole row: causal attention has a faster kernel, but for capped
   * scores.
   */
  IValue mask(int length, OptionalInt window) {
    long size = Math.min(window.orElse(length), length);
    return size == length && config.attention().cap().isEmpty()
        ? causal
        : cached(masks, (size << 32) | length, this::window);
  }

  private static IValue cached(Map<Long, IValue> tables, long key, LongFunction<IValue> make) {
    return tables.computeIfAbsent(key, make::apply);
  }

  private IValue rotate(Positions.Rotary rotary, long length) {
    return rope(
        length,
        rotary.width(),
        switch (rotary.scaling()) {
          case RopeScaling.None ignored -> plain(rotary.base());
          case RopeScaling.Linear linear ->
              new Frequencies(rotary.base(), LINEAR, 1, List.of(linear.factor()));
          case RopeScaling.Dynamic dynamic -> plain(stretchedBase(rotary, dynamic, length));
          case RopeScaling.Llama3 l ->
              new Frequencies(
                  rotary.base(),
                  LLAMA3,
                  1,
                  List.of(
                      l.factor(),
                      l.lowFrequency(),
                      l.highFrequency(),
                      (double) l.originalContext()));
          case RopeScaling.LongRope l ->
              new Frequencies(
                  rotary.base(),
                  LONG,
                  l.magnitude(),
                  length > l.originalContext() ? l.longFactors() : l.shortFactors());
        });
  }

  private static Frequencies plain(double base) {
    return new Frequencies(base, DEFAULT, 1, List.of());
  }

  private static double stretchedBase(
      Positions.Rotary rotary, RopeScaling.Dynamic dynamic, long length) {
    double context = dynamic.originalContext();
    double ratio = Math.max((double) length, context) / context;
    double stretch = dynamic.factor() * ratio - (dynamic.factor() - 1);
    double exponent = rotary.width() / (rotary.width() - 2.0);
    return rotary.base() * Math.pow(stretch, exponent);
  }

  /**
   * How the angles of a rotation grow.
   *
   * @param kind what is made of the parameters
   * @param magnitude factor of cosines and sines
   */
  private record Frequencies(double base, int kind, double magnitude, List<Double> parameters) {}

  private IValue rope(long length, long width, Frequencies frequencies) {
    return module.callAndClose(
        "rope",
        IValue.from(length),
        IValue.from(width),
        IValue.from(frequencies.base()),
        IValue.from((long) frequencies.kind()),
        IValue.listFrom(
            frequencies.parameters().stream().mapToDouble(Double::doubleValue).toArray()),
        IValue.from(frequencies.magnitude()),
        IValue.from((long) TorchWeights.torchType(dtype)),
        IValue.from(device.torchName()));
  }

  private IValue window(long key) {
    try (IValue mask =
        module.callAndClose(
            "window",
            IValue.from(key & 0xffffffffL),
            IValue.from(key >>> 32),
            IValue.from(device.torchName()))) {
      return IValue.listFrom(mask);
    }
  }

  @Override
  public void close() {
    rotations.values().forEach(IValue::close);
    masks.values().forEach(IValue::close);
    causal.close();
  }
}
