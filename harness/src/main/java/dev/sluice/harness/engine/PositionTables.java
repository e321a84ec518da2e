package dev.sluice.harness.engine;

import ai.djl.pytorch.jni.IValue;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.ModelConfig.Positions;
import dev.sluice.harness.model.RopeScaling;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongFunction;

/** Rotations and attention masks: what depends on the length of the rows alone, made once for each. */
final class PositionTables implements AutoCloseable {
  private static final int DEFAULT = 0;
  private static final int LINEAR = 1;
  private static final int LLAMA3 = 2;
  private static final int LONG = 3;

  private final TorchModule module;
  private final Positions kind;
  private final boolean capped;
  private final Dtype dtype;
  private final DeviceChoice device;
  private final Map<Long, IValue> rotations = new ConcurrentHashMap<>();
  private final Map<Long, IValue> masks = new ConcurrentHashMap<>();
  private final IValue causal;

  PositionTables(TorchModule module, ModelConfig config, Dtype dtype, DeviceChoice device) {
    this.module = module;
    this.kind = config.positions();
    this.capped = config.attention().cap().isPresent();
    this.dtype = dtype;
    this.device = device;
    this.causal = module.call("causal");
  }

  /** Cosines and sines for rows of a length; nothing where positions are learned. */
  IValue rotations(int length) {
    return switch (kind) {
      case Positions.Rotary rotary -> cached(rotations, length, n -> rotate(rotary, n));
      case Positions.Learned ignored -> causal;
    };
  }

  /** Those of the nodes of a token tree, which the caller closes. */
  IValue rotations(int longest, IValue depths) {
    return switch (kind) {
      case Positions.Rotary ignored -> module.call("gather", rotations(longest), depths);
      case Positions.Learned ignored -> module.call("causal");
    };
  }

  /**
   * No mask where the window holds the whole row: causal attention has a faster kernel, but for capped
   * scores.
   */
  IValue mask(int length, OptionalInt window) {
    long size = Math.min(window.orElse(length), length);
    return size == length && !capped ? causal : cached(masks, (size << 32) | length, this::window);
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
