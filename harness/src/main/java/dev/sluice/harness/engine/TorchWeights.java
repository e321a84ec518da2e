package dev.sluice.harness.engine;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.ModelConfig.NormKind;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.TensorInfo;
import dev.sluice.harness.model.WeightLayout.Part;
import dev.sluice.harness.model.WeightLayout.Slot;
import dev.sluice.harness.model.WeightLayout.WeightRole;
import dev.sluice.scorers.PrerequisiteException;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

  /** Some checkpoint's sublayers on the same device, in float32 and for one call at a time. */
  private TorchWeights(TorchWeights neighbour, Checkpoint checkpoint) {
    this.module = neighbour.module;
    this.checkpoint = checkpoint;
    this.dtype = Dtype.FLOAT32;
    this.device = neighbour.device;
    this.resident = false;
  }

  private void loadOutside() {
    Map<String, IValue> byTensor = new HashMap<>();
    for (Slot slot : checkpoint.layout().outside()) {
      outside.put(slot.role(), byTensor.computeIfAbsent(slot.tensor(), t -> load(slot)));
    }
  }

  ModelConfig config() {
    return checkpoint.config();
  }

  /** Whether the model has no such sublayer: a state passes it unchanged. */
  boolean lack(Sublayer sublayer) {
    return checkpoint.layout().absent().contains(sublayer);
  }

  IValue embedding() {
    return outside(WeightRole.EMBEDDING);
  }

  /** The learned positions, if the model has such. */
  Optional<IValue> positions() {
    return Optional.ofNullable(outside.get(WeightRole.POSITIONS));
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

  PtNDManager manager() {
    return module.manager();
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

  /** These weights and another checkpoint's, mixed; the caller closes the result before this. */
  Engine.Treatment blend(Checkpoint other, double alpha, Runner runner) {
    return new Blend(this, other, alpha, runner);
  }

  /** Runs a sublayer with weights that are handed to a function for one call. */
  interface Runner {
    HiddenState run(
        Sublayer sublayer, HiddenState x, Function<Function<IValue, IValue>, IValue> with);
  }

  /** {@code (1 - alpha) A + alpha B} in float32, then in the types of the engine's own weights. */
  private static final class Blend implements Engine.Treatment {
    private final TorchWeights own;
    private final TorchWeights a;
    private final TorchWeights b;
    private final double alpha;
    private final Runner runner;
    private final Map<Sublayer, Mixed> mixed = new HashMap<>();

    /** What may differ: it lies outside the sublayers, or is how weights are stored. */
    private static final Set<String> ELSEWHERE =
        Set.of("vocabulary", "context", "ends", "storedDtype");

    private static final class Mixed {
      final IValue weights;
      int users;

      Mixed(IValue weights) {
        this.weights = weights;
      }
    }

    private Blend(TorchWeights own, Checkpoint other, double alpha, Runner runner) {
      requireSameSublayers(own.checkpoint, other);
      this.own = own;
      this.a = new TorchWeights(own, own.checkpoint);
      this.b = new TorchWeights(own, other);
      this.alpha = alpha;
      this.runner = runner;
      if (!(alpha >= 0 && alpha <= 1)) {
        throw new PrerequisiteException(
            "alpha " + alpha + ": must be from 0, the model itself, to 1, the other model");
      }
    }

    /** Fails unless both compute the same function of weights of the same shapes. */
    private static void requireSameSublayers(Checkpoint one, Checkpoint other) {
      for (RecordComponent component : ModelConfig.class.getRecordComponents()) {
        Object mine = value(component, one.config());
        Object theirs = value(component, other.config());
        if (!ELSEWHERE.contains(component.getName()) && !mine.equals(theirs)) {
          throw new PrerequisiteException(
              "%s and %s cannot be blended: %s is %s in the first and %s in the second."
                      .formatted(one.folder(), other.folder(), component.getName(), mine, theirs)
                  + " Take two checkpoints of one architecture, such as a base and a tuned model");
        }
      }
    }

    private static Object value(RecordComponent component, ModelConfig config) {
      try {
        return component.getAccessor().invoke(config);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("config without " + component.getName(), e);
      }
    }

    @Override
    public HiddenState treat(Sublayer sublayer, HiddenState x) {
      return runner.run(sublayer, x, use -> with(sublayer, use));
    }

    @Override
    public int passes() {
      return 1;
    }

    private <T> T with(Sublayer sublayer, Function<IValue, T> use) {
      Mixed weights = take(sublayer);
      try {
        return use.apply(weights.weights);
      } finally {
        giveBack(weights);
      }
    }

    private synchronized Mixed take(Sublayer sublayer) {
      Mixed weights = mixed.get(sublayer);
      if (weights == null) {
        weights = new Mixed(mix(sublayer));
        mixed.put(sublayer, weights);
      }
      weights.users++;
      mixed.values().removeIf(Blend::closedIfIdle);
      return weights;
    }

    private static boolean closedIfIdle(Mixed weights) {
      if (weights.users == 0) {
        weights.weights.close();
      }
      return weights.users == 0;
    }

    private synchronized void giveBack(Mixed weights) {
      weights.users--;
    }

    private IValue mix(Sublayer sublayer) {
      return own.with(
          sublayer,
          types ->
              a.with(
                  sublayer,
                  from ->
                      b.with(
                          sublayer,
                          to -> {
                            try (IValue share = IValue.from(alpha)) {
                              return own.module.call("mix", from, to, share, types);
                            }
                          })));
    }

    @Override
    public synchronized void close() {
      mixed.values().forEach(weights -> weights.weights.close());
      mixed.clear();
      a.close();
      b.close();
    }

    @Override
    public String toString() {
      return "blend of " + alpha + " " + b.checkpoint.folder();
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
