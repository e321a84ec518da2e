package dev.sluice.harness.engine;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.ModelConfig.NormKind;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.TensorInfo;
import dev.sluice.harness.model.WeightLayout.Part;
import dev.sluice.harness.model.WeightLayout.Slot;
import dev.sluice.harness.model.WeightLayout.WeightRole;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The model's weights as the decoder script takes them.
 *
 * <p>On the CPU and in the stored type a weight is a view of the mapped file, but for those that lie
 * there head by head. Otherwise it is a converted copy on the device: of all sublayers at once where they are resident, else of the one
 * sublayer that is being run.
 */
final class TorchWeights implements AutoCloseable {
  /** libtorch needs only the address: a short buffer stands for a tensor of any size. */
  private static final long BUFFER_WINDOW = 1 << 20;

  private final TorchModule module;
  private final Checkpoint checkpoint;
  private final Dtype dtype;
  private final DeviceChoice device;
  private final boolean resident;
  private final Map<Sublayer, IValue> sublayers = new ConcurrentHashMap<>();
  private final Map<WeightRole, IValue> outside = new EnumMap<>(WeightRole.class);
  private final AtomicLong loads = new AtomicLong();
  private final AtomicLong loadNanos = new AtomicLong();

  TorchWeights(
      TorchModule module,
      Checkpoint checkpoint,
      Dtype dtype,
      DeviceChoice device,
      boolean resident) {
    this.module = module;
    this.checkpoint = checkpoint;
    this.dtype = dtype;
    this.device = device;
    this.resident = resident;
    loadOutside();
  }

  private void loadOutside() {
    Map<String, IValue> byTensor = new HashMap<>();
    for (Slot slot : checkpoint.layout().outside()) {
      outside.put(slot.role(), byTensor.computeIfAbsent(slot.tensor(), t -> load(slot)));
    }
  }

  IValue embedding() {
    return outside(WeightRole.EMBEDDING);
  }

  /** The learned positions. */
  IValue positions() {
    return outside(WeightRole.POSITIONS);
  }

  /** Head, final norm and its bias, if it has one: a list that the caller closes. */
  IValue head() {
    return IValue.listFrom(
        Stream.of(WeightRole.HEAD, WeightRole.FINAL_NORM, WeightRole.FINAL_NORM_BIAS)
            .filter(outside::containsKey)
            .map(this::outside)
            .toArray(IValue[]::new));
  }

  private IValue outside(WeightRole role) {
    IValue weight = outside.get(role);
    if (weight == null) {
      throw new IllegalStateException("layout without " + role);
    }
    return weight;
  }

  /** Use a sublayer's weights, in the layout's order, for one call. */
  <T> T with(Sublayer sublayer, Function<IValue, T> use) {
    if (resident) {
      return use.apply(sublayers.computeIfAbsent(sublayer, this::loadAll));
    }
    try (IValue weights = loadAll(sublayer)) {
      return use.apply(weights);
    }
  }

  long loads() {
    return loads.get();
  }

  long loadNanos() {
    return loadNanos.get();
  }

  private IValue loadAll(Sublayer sublayer) {
    loads.incrementAndGet();
    long begun = System.nanoTime();
    IValue[] tensors =
        checkpoint.layout().of(sublayer).stream().map(this::load).toArray(IValue[]::new);
    try {
      return IValue.listFrom(tensors);
    } finally {
      for (IValue tensor : tensors) {
        tensor.close();
      }
      loadNanos.addAndGet(System.nanoTime() - begun);
    }
  }

  private IValue load(Slot slot) {
    TensorInfo info = checkpoint.tensor(slot.tensor());
    IValue weight = part(view(info), slot);
    if (info.dtype() != dtype || device.gpu()) {
      weight =
          module.callAndClose(
              "place",
              weight,
              IValue.from((long) torchType(dtype)),
              IValue.from(device.torchName()));
    }
    return storedLessOne(slot.role()) ? module.callAndClose("increment", weight) : weight;
  }

  private IValue part(IValue whole, Slot slot) {
    Part part = slot.part();
    return part.whole(slot.shape())
        ? whole
        : module.callAndClose(
            "part",
            whole,
            IValue.from(part.transposed()),
            IValue.from(part.groups()),
            IValue.from(part.first()),
            IValue.from(part.count()));
  }

  /** Such weights stay in float32, as their sum with 1 would be rounded. */
  private boolean storedLessOne(WeightRole role) {
    return checkpoint.config().norm().kind() == NormKind.RMS_PLUS_ONE
        && switch (role) {
          case NORM, POST_NORM, FINAL_NORM -> true;
          default -> false;
        };
  }

  /** The tensor over the mapped bytes, in the stored type; valid while the checkpoint is open. */
  private IValue view(TensorInfo info) {
    MemorySegment data = checkpoint.data(info);
    ByteBuffer start = data.asSlice(0, Math.min(data.byteSize(), BUFFER_WINDOW)).asByteBuffer();
    PtNDArray raw =
        TorchModule.guarded(
            "map " + info.name(),
            () ->
                JniUtils.createNdFromByteBuffer(
                    module.manager(),
                    start,
                    new Shape(info.bytes()),
                    DataType.INT8,
                    SparseFormat.DENSE,
                    ai.djl.Device.cpu()));
    try (raw) {
      return module.callAndClose(
          "reinterpret",
          IValue.from(raw),
          IValue.listFrom(info.dimensions()),
          IValue.from((long) torchType(info.dtype())));
    }
  }

  static int torchType(Dtype dtype) {
    return switch (dtype) {
      case FLOAT32 -> 6;
      case BFLOAT16 -> 15;
      case FLOAT16 -> 5;
    };
  }

  @Override
  public void close() {
    sublayers.values().forEach(IValue::close);
    outside.values().stream().distinct().forEach(IValue::close);
  }
}
