package dev.sluice.harness.engine;

import ai.djl.pytorch.jni.IValue;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.RopeScaling;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongFunction;

/** Rotations and attention masks: what depends on the length of the rows alone, made once for each. */
final class PositionTables implements AutoCloseable {
  private static final int DEFAULT = 0;
  private static final int LINEAR = 1;
  private static final int LLAMA3 = 2;

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

  IValue rotations(int length) {
    return cached(rotations, length, this::rotate);
  }

  /** No mask where the window holds the whole row: causal attention has a faster kernel. */
  IValue mask(int length, OptionalInt window) {
    return window.isEmpty() || window.getAsInt() >= length
        ? causal
        : cached(masks, ((long) window.getAsInt() << 32) | length, this::window);
  }

  private static IValue cached(Map<Long, IValue> tables, long key, LongFunction<IValue> make) {
    return tables.computeIfAbsent(key, make::apply);
  }

  private IValue rotate(long length) {
    return switch (config.ropeScaling()) {
      case RopeScaling.None ignored -> rope(length, config.ropeBase(), DEFAULT);
      case RopeScaling.Linear linear -> rope(length, config.ropeBase(), LINEAR, linear.factor());
      case RopeScaling.Dynamic dynamic -> rope(length, stretchedBase(dynamic, length), DEFAULT);
      case RopeScaling.Llama3 l ->
          rope(
              length,
              config.ropeBase(),
              LLAMA3,
              l.factor(),
              l.lowFrequency(),
              l.highFrequency(),
              l.originalContext());
    };
  }

  private double stretchedBase(RopeScaling.Dynamic dynamic, long length) {
    double context = dynamic.originalContext();
    double ratio = Math.max((double) length, context) / context;
    double stretch = dynamic.factor() * ratio - (dynamic.factor() - 1);
    double exponent = config.headSize() / (config.headSize() - 2.0);
    return config.ropeBase() * Math.pow(stretch, exponent);
  }

  private IValue rope(long length, double base, int kind, double... parameters) {
    double[] four = Arrays.copyOf(parameters, 4);
    return module.callAndClose(
        "rope",
        IValue.from(length),
        IValue.from((long) config.headSize()),
        IValue.from(base),
        IValue.from((long) kind),
        IValue.listFrom(four),
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
