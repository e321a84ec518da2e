package dev.sluice.harness.engine;

import ai.djl.Device;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import dev.sluice.harness.engine.DecoderScript.SublayerArguments;
import dev.sluice.harness.engine.TorchState.BlockInput;
import dev.sluice.harness.engine.TorchState.Extent;
import dev.sluice.harness.engine.TorchState.TreeTables;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.SublayerKind;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.RowDepths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * The engine on DJL's PyTorch: TorchScript methods packed from text, one call a sublayer, weights
 * mapped from the checkpoint.
 */
public final class TorchEngine implements Engine {

  /**
   * How a checkpoint is run.
   *
   * @param dtype of weights and activations; scores are always float32
   * @param resident whether all weights stay on the device; else each sublayer's are brought there
   *     for every call
   * @param threads of one native call; empty leaves the library's default, all cores
   */
  public record Options(DeviceChoice device, Dtype dtype, boolean resident, OptionalInt threads) {}

  /** With narrower tiles the matrix products lose more than the caches gain. */
  private static final long FEWEST_EFFICIENT_TOKENS = 1024;

  private final Checkpoint checkpoint;
  private final ModelConfig config;
  private final Options options;
  private final PtNDManager manager;
  private final TorchModule module;
  private final TorchWeights weights;
  private final PositionTables positions;
  private final Map<Sublayer, SublayerArguments> arguments = new ConcurrentHashMap<>();
  private final TorchComparison comparison;
  private final AtomicLong live = new AtomicLong();

  private TorchEngine(Checkpoint checkpoint, Options options, PtNDManager manager) {
    this.checkpoint = checkpoint;
    this.config = checkpoint.config();
    this.options = options;
    this.manager = manager;
    this.module = new TorchModule(manager, DecoderScript.methods());
    this.comparison = new TorchComparison(module);
    this.weights =
        new TorchWeights(module, checkpoint, options.dtype(), options.device(), options.resident());
    this.positions = new PositionTables(module, config, options.dtype(), options.device());
  }

  /**
   * Load a checkpoint, which stays the caller's and must outlive the engine.
   *
   * @throws dev.sluice.scorers.PrerequisiteException if the device is not there
   */
  public static TorchEngine open(Checkpoint checkpoint, Options options) {
    TorchLibrary.require(options.device());
    return TorchModule.guarded(
        "open the engine",
        () -> {
          PtNDManager manager = (PtNDManager) TorchLibrary.engine().newBaseManager(Device.cpu());
          options.threads().ifPresent(JniUtils::setNumThreads);
          return new TorchEngine(checkpoint, options, manager);
        });
  }

  @Override
  public String name() {
    return TorchLibrary.name();
  }

  @Override
  public String device() {
    return options.device().toString();
  }

  @Override
  public HiddenState embed(TokenBatch batch) {
    long bytes = (long) batch.positions() * config.hidden() * options.dtype().bytes();
    IValue x = positions.place(embedding(batch), batch, weights.positions());
    Extent extent =
        new Extent(1, batch.rows(), batch.length(), bytes, batch.tree().map(positions::tables));
    return new TorchState(x, extent, live);
  }

  private IValue embedding(TokenBatch batch) {
    try (IValue ids = longs(batch.ids(), batch.rows(), batch.length())) {
      IValue x = module.call("embed", ids, weights.embedding());
      double scale = config.ends().embeddingScale();
      return scale == 1 ? x : module.callAndClose("scale", x, IValue.from(scale));
    }
  }

  @Override
  public HiddenState apply(Sublayer sublayer, HiddenState x) {
    boolean lacking = weights.lack(sublayer);
    return lacking ? x.share() : apply(sublayer, x, use -> weights.with(sublayer, use));
  }

  @Override
  public HiddenState applyWithout(List<List<Integer>> experts, Sublayer ffn, HiddenState x) {
    TorchState in = (TorchState) x;
    int count = config.experts(ffn.block()).orElseThrow().count();
    try (IValue gone = longs(DecoderScript.gone(experts, count), experts.size(), count)) {
      return new TorchState(
          weights.with(ffn, w -> ffn("ffn_without", ffn, in, w, gone)), in.extent(), live);
    }
  }

  /**
   * @param with calls a function with the sublayer's weights
   */
  private HiddenState apply(
      Sublayer sublayer, HiddenState x, Function<Function<IValue, IValue>, IValue> with) {
    TorchState in = (TorchState) x;
    if (sublayer.kind() == SublayerKind.FFN) {
      return new TorchState(with.apply(w -> ffn("ffn", sublayer, in, w)), in.extent(), live);
    }
    IValue out = with.apply(w -> attention(sublayer, in, w));
    Optional<BlockInput> input =
        config.parallel()
            ? Optional.of(
                new BlockInput(
                    sublayer.block(), module.call("forward", in.readBy(sublayer.block()))))
            : Optional.empty();
    return new TorchState(out, in.extent(), input, live);
  }

  /**
   * A treatment that runs a cut sublayer with weights between this model's and another's, {@code (1 -
   * alpha) A + alpha B}, its norm and biases too: layer-wise linear interpolation (arXiv 2307.06966).
   * Blended in float32, then brought to this engine's type. On the device are the blended weights of the
   * sublayers in use and of the one used last.
   *
   * @param other of the same architecture; stays the caller's and must outlive the treatment, which the
   *     caller closes before this engine
   * @param alpha from 0, this model, to 1, the other
   * @throws dev.sluice.scorers.PrerequisiteException if the two models' sublayers differ
   */
  public Treatment blend(Checkpoint other, double alpha) {
    return weights.blend(other, alpha, this::apply);
  }

  @Override
  public Gradients gradients(Collection<Sublayer> wanted) {
    return new TorchGradients(weights, positions, this::arguments, live, wanted);
  }

  private IValue attention(Sublayer sublayer, TorchState x, IValue w) {
    int length = x.extent().length();
    Optional<TreeTables> tree = x.extent().tree();
    OptionalInt window = config.attention().windows().get(sublayer.block());
    SublayerArguments fixed = arguments(sublayer);
    return module.call(
        "attention",
        x.tensor(),
        w,
        tree.map(TreeTables::rotations).orElseGet(() -> positions.rotations(length)),
        tree.map(t -> t.mask(window)).orElseGet(() -> positions.mask(length, window)),
        fixed.places(),
        fixed.numbers(),
        fixed.factors());
  }

  private IValue ffn(String method, Sublayer ffn, TorchState x, IValue w, IValue... more) {
    SublayerArguments fixed = arguments(ffn);
    List<IValue> all = new ArrayList<>(List.of(x.readBy(ffn.block()), x.tensor(), w));
    all.addAll(List.of(fixed.places(), fixed.numbers(), fixed.factors()));
    all.addAll(List.of(more));
    return module.call(method, all.toArray(IValue[]::new));
  }

  private SublayerArguments arguments(Sublayer sublayer) {
    return arguments.computeIfAbsent(
        sublayer, s -> SublayerArguments.of(s, config, checkpoint.layout()));
  }

  @Override
  public HiddenState stack(List<HiddenState> states) {
    int members = states.stream().mapToInt(HiddenState::members).sum();
    Extent extent = ((TorchState) states.getFirst()).extent().of(members);
    OptionalInt block =
        states.stream()
            .flatMap(s -> ((TorchState) s).input().stream())
            .mapToInt(BlockInput::block)
            .max();
    IValue tensor = join(states, TorchState::tensor);
    // An input left by an earlier block is read by nobody: its FFN was cut.
    Optional<BlockInput> input =
        block.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new BlockInput(block.getAsInt(), join(states, s -> s.readBy(block.getAsInt()))));
    return new TorchState(tensor, extent, input, live);
  }

  private IValue join(List<HiddenState> states, Function<TorchState, IValue> of) {
    try (IValue list = TorchComparison.tensors(states, of)) {
      return module.call("join", list);
    }
  }

  @Override
  public HiddenState member(HiddenState stack, int member) {
    TorchState all = (TorchState) stack;
    if (all.members() == 1) {
      return all.share();
    }
    int rows = all.extent().rows();
    try (IValue first = IValue.from((long) member * rows);
        IValue count = IValue.from((long) rows)) {
      return new TorchState(
          module.call("pick", all.tensor(), first, count),
          all.extent().of(1),
          all.input()
              .map(i -> new BlockInput(i.block(), module.call("pick", i.tensor(), first, count))),
          live);
    }
  }

  @Override
  public float[][] logits(HiddenState x) {
    try (IValue head = weights.head();
        IValue factors = headFactors()) {
      return rows(
          onCpu(module.call("logits", ((TorchState) x).tensor(), head, factors)),
          config.vocabulary());
    }
  }

  TorchComparison comparison() {
    return comparison;
  }

  @Override
  public float[][] vectors(HiddenState x, int... positions) {
    try (IValue places =
        longs(Arrays.stream(positions).asLongStream().toArray(), positions.length)) {
      return rows(
          onCpu(module.call("vectors", ((TorchState) x).tensor(), places)), config.hidden());
    }
  }

  private static float[][] rows(float[] flat, int width) {
    float[][] rows = new float[flat.length / width][width];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(flat, i * width, rows[i], 0, width);
    }
    return rows;
  }

  /** Epsilon of the final norm and cap of the logits, 0 for none. */
  private IValue headFactors() {
    return IValue.listFrom(config.norm().epsilon(), config.ends().logitCap().orElse(0));
  }

  private float[] onCpu(IValue tensor) {
    return module.floats(module.callAndClose("place", tensor, IValue.from(6L), IValue.from("cpu")));
  }

  @Override
  public float[][][] compare(
      HiddenState reference,
      List<HiddenState> variants,
      TokenBatch batch,
      List<Measure> measures,
      int chunkRows) {
    return TorchComparison.inOrder(
        measures,
        kinds -> compareLogits(reference, variants, batch, kinds, chunkRows),
        kinds -> comparison.rows(reference, variants, batch, kinds));
  }

  private float[][][] compareLogits(
      HiddenState reference,
      List<HiddenState> variants,
      TokenBatch batch,
      List<Measure> measures,
      int chunkRows) {
    long[] ordinals = measures.stream().mapToLong(DecoderScript::number).toArray();
    boolean probabilities = measures.stream().anyMatch(Measure::needsProbabilities);
    try (IValue list = TorchComparison.tensors(variants);
        IValue head = weights.head();
        IValue targets = longs(batch.targets(), batch.positions());
        IValue kinds = IValue.listFrom(ordinals);
        IValue chunk = IValue.from((long) chunkRows);
        IValue needed = IValue.from(probabilities);
        IValue factors = headFactors()) {
      IValue out =
          module.call(
              "compare",
              ((TorchState) reference).tensor(),
              list,
              head,
              targets,
              kinds,
              chunk,
              needed,
              factors);
      return TorchComparison.unflatten(module.floats(out), measures.size(), batch.positions());
    }
  }

  @Override
  public float[][] difficulty(HiddenState last, TokenBatch batch, int chunkRows) {
    try (IValue head = weights.head();
        IValue targets = longs(batch.targets(), batch.positions());
        IValue chunk = IValue.from((long) chunkRows);
        IValue factors = headFactors()) {
      IValue x = ((TorchState) last).tensor();
      IValue out = module.call("difficulty", x, head, targets, chunk, factors);
      return rows(module.floats(out), batch.positions());
    }
  }

  @Override
  public List<TokenScores> score(List<HiddenState> variants, Targets targets, int chunkRows) {
    try (IValue list = TorchComparison.tensors(variants);
        IValue head = weights.head();
        IValue positions = longs(targets.positions(), targets.count());
        IValue tokens = longs(targets.padded(), targets.count(), targets.most());
        IValue tile = IValue.from(tile(targets.count(), chunkRows));
        IValue factors = headFactors()) {
      int rows = ((TorchState) variants.getFirst()).extent().rows();
      try (IValue length =
          IValue.from((long) rows * ((TorchState) variants.getFirst()).extent().length())) {
        float[] flat =
            module.floats(
                module.call("score", list, length, head, positions, tokens, tile, factors));
        return TokenScores.of(flat, targets.places());
      }
    }
  }

  /**
   * Tokens of the vocabulary whose logits are alive at once: a tile that stays in the caches is
   * normalised there, which for large vocabularies takes half the time of whole rows of logits.
   */
  private long tile(int positions, int chunkRows) {
    return Math.max(FEWEST_EFFICIENT_TOKENS, (long) chunkRows * config.vocabulary() / positions);
  }

  @Override
  public List<RowDepths> depths(List<HiddenState> boundaries, TokenBatch batch) {
    return comparison.depths(boundaries, batch, TorchComparison.CHUNK_BYTES);
  }

  private IValue longs(long[] values, long... shape) {
    return module.longs(values, options.device(), shape);
  }

  @Override
  public long liveStates() {
    return live.get();
  }

  @Override
  public long weightLoads() {
    return weights.loads();
  }

  @Override
  public double weightLoadSeconds() {
    return weights.loadNanos() / 1e9;
  }

  @Override
  public void close() {
    arguments.values().forEach(SublayerArguments::close);
    positions.close();
    weights.close();
    module.close();
    manager.close();
  }
}
