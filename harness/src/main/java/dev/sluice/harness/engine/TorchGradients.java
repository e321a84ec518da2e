package dev.sluice.harness.engine;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import dev.sluice.harness.engine.DecoderScript.SublayerArguments;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.SublayerKind;
import dev.sluice.scorers.PrerequisiteException;
import java.nio.DoubleBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Gradients by libtorch's autograd, taken within one recorded call for each sublayer. */
final class TorchGradients implements Engine.Gradients {
  private final TorchModule module;
  private final ModelConfig config;
  private final TorchWeights weights;
  private final PositionTables positions;
  private final Set<Sublayer> wanted;
  private final Map<Sublayer, IValue> sums = new HashMap<>();
  private final Function<Sublayer, SublayerArguments> fixed;
  private final double[] headFactors;
  private final AtomicLong live;
  private double loss;

  /**
   * @param live counts states
   */
  TorchGradients(
      TorchWeights weights,
      PositionTables positions,
      Function<Sublayer, SublayerArguments> fixed,
      AtomicLong live,
      Collection<Sublayer> wanted) {
    this.config = weights.config();
    requireDifferentiable(config);
    this.module = new TorchModule(weights.manager(), DecoderScript.differentiable());
    this.weights = weights;
    this.positions = positions;
    this.fixed = fixed;
    this.headFactors = new double[] {config.norm().epsilon(), config.ends().logitCap().orElse(0)};
    this.live = live;
    this.wanted = Set.copyOf(wanted);
  }

  private static void requireDifferentiable(ModelConfig config) {
    boolean experts =
        IntStream.range(0, config.blocks()).anyMatch(b -> config.experts(b).isPresent());
    if (config.parallel() || experts) {
      throw new PrerequisiteException(
          "gradients: "
              + config.family()
              + (experts ? " chooses experts" : " runs attention and FFN side by side")
              + ", which has no gradient here. Take another strategy, such as one-shot");
    }
  }

  @Override
  public HiddenState ofLoss(HiddenState last, TokenBatch batch, int chunkRows) {
    TorchState x = (TorchState) last;
    try (Arguments arguments = new Arguments();
        IValue head = weights.head()) {
      arguments.state(x);
      arguments.list("w[]", head);
      arguments.whole(batch.targets());
      arguments.number(chunkRows);
      arguments.reals(headFactors);
      List<PtNDArray> found = module.callRecorded("loss_gradients", arguments.all);
      try (PtNDArray sum = found.getFirst()) {
        loss += sum.toDoubleArray()[0];
        return state(found.getLast(), x);
      }
    }
  }

  @Override
  public HiddenState through(Sublayer sublayer, HiddenState x, HiddenState gradient) {
    if (weights.lack(sublayer)) {
      return gradient.share();
    }
    TorchState in = (TorchState) x;
    List<PtNDArray> found =
        weights.with(sublayer, w -> gradients(sublayer, in, (TorchState) gradient, w));
    List<PtNDArray> ofWeights = found.subList(1, found.size());
    try {
      if (wanted.contains(sublayer)) {
        add(sublayer, ofWeights);
      }
      return state(found.getFirst(), in);
    } finally {
      ofWeights.forEach(PtNDArray::close);
    }
  }

  private List<PtNDArray> gradients(
      Sublayer sublayer, TorchState x, TorchState gradient, IValue w) {
    try (Arguments arguments = new Arguments()) {
      arguments.state(x);
      arguments.state(gradient);
      arguments.list("w[]", w);
      SublayerArguments fixed = this.fixed.apply(sublayer);
      arguments.whole(fixed.places().toLongArray());
      arguments.whole(fixed.numbers().toLongArray());
      arguments.reals(fixed.factors().toDoubleArray());
      if (sublayer.kind() == SublayerKind.FFN) {
        return module.callRecorded("ffn_gradients", arguments.all);
      }
      int length = x.extent().length();
      OptionalInt window = config.attention().windows().get(sublayer.block());
      arguments.list("r[]", positions.rotations(length));
      arguments.list("mask[]", positions.mask(length, window));
      return module.callRecorded("attention_gradients", arguments.all);
    }
  }

  private void add(Sublayer sublayer, List<PtNDArray> gradients) {
    try (IValue list = IValue.listFrom(gradients.toArray(PtNDArray[]::new))) {
      IValue wide = module.call("widened", list);
      IValue before = sums.get(sublayer);
      sums.put(sublayer, before == null ? wide : module.callAndClose("accumulate", before, wide));
    }
  }

  /** Takes the array over. */
  private TorchState state(PtNDArray array, TorchState like) {
    try (array) {
      return new TorchState(IValue.from(array), like.extent(), live);
    }
  }

  @Override
  public double loss() {
    return loss;
  }

  @Override
  public double taylor(Sublayer sublayer) {
    IValue sum = sums.get(sublayer);
    return sum == null
        ? 0
        : weights.with(sublayer, w -> module.doubles(module.call("taylor", w, sum))[0]);
  }

  @Override
  public void close() {
    sums.values().forEach(IValue::close);
    sums.clear();
    module.close();
  }

  /** Arguments of one recorded call, which takes arrays alone. */
  private final class Arguments implements AutoCloseable {
    final List<PtNDArray> all = new ArrayList<>();

    void state(TorchState state) {
      all.add(state.tensor().toTensor(module.manager()));
    }

    /** A list without elements cannot be named: it becomes one of an empty array. */
    void list(String name, IValue list) {
      PtNDArray[] arrays = list.toTensorArray(module.manager());
      List<PtNDArray> members =
          arrays.length > 0
              ? Arrays.asList(arrays)
              : List.of(module.manager().create(new Shape(0), DataType.FLOAT32));
      members.forEach(member -> member.setName(name));
      all.addAll(members);
    }

    void whole(long... values) {
      all.add(create(values, new Shape(values.length)));
    }

    void number(long value) {
      all.add(create(new long[] {value}, new Shape()));
    }

    private PtNDArray create(long[] values, Shape shape) {
      PtNDManager manager = module.manager();
      return manager.create(LongBuffer.wrap(values), shape, DataType.INT64);
    }

    void reals(double... values) {
      all.add(
          module
              .manager()
              .create(DoubleBuffer.wrap(values), new Shape(values.length), DataType.FLOAT64));
    }

    @Override
    public void close() {
      all.forEach(PtNDArray::close);
    }
  }
}
