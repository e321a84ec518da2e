package dev.sluice.harness.cli;

import dev.sluice.harness.engine.DeviceChoice;
import dev.sluice.harness.engine.DeviceMemory;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.engine.Tokenizer;
import dev.sluice.harness.engine.TorchEngine;
import dev.sluice.harness.evaluation.Batcher;
import dev.sluice.harness.evaluation.BoundaryCache;
import dev.sluice.harness.evaluation.Evaluator;
import dev.sluice.harness.evaluation.MemoryPlan;
import dev.sluice.harness.evaluation.Wavefront;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.HubCache;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.WeightsDigest;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.strategy.FinerCutGreedy;
import dev.sluice.harness.strategy.RandomOrder;
import dev.sluice.harness.strategy.ReverseOrder;
import dev.sluice.harness.sweep.EvaluatorSlices;
import dev.sluice.harness.sweep.Journal;
import dev.sluice.harness.sweep.Provenance;
import dev.sluice.harness.sweep.Strategy;
import dev.sluice.harness.sweep.Sweep;
import dev.sluice.harness.sweep.SweepListener;
import dev.sluice.harness.variant.Reductions;
import dev.sluice.scorers.PrerequisiteException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Everything that a plan needs in this process: the open model, its calibration rows, the device. */
final class SweepSession implements AutoCloseable {
  private final SweepPlan plan;
  private final Opened opened;
  private final Checkpoint checkpoint;
  private final DeviceChoice device;
  private final int threads;
  private final Provenance provenance;
  private final EvaluatorSlices slices;

  private SweepSession(
      SweepPlan plan, Opened opened, Path digestCache, Map<String, String> environment) {
    this.plan = plan;
    this.opened = opened;
    this.checkpoint = opened.add(Checkpoint.open(HubCache.find(plan.model(), environment)));
    this.device = DeviceChoice.parse(plan.execution().device()).requirePresent();
    Path tokenizerFile = tokenizerFile();
    String weights = WeightsDigest.of(checkpoint, digestCache);
    CalibrationSet calibration = calibration(tokenizerFile);
    this.threads =
        plan.execution().threads().orElseGet(() -> Runtime.getRuntime().availableProcessors());
    int lanes = device.gpu() ? 1 : threads;
    List<TokenBatch> batches =
        new Batcher(plan.execution().batchTokens()).even(calibration.rows(), lanes);
    lanes = Math.clamp(batches.size(), 1, lanes);
    Dtype dtype = dtype();
    int stack = plan.execution().stack().orElse(device.gpu() ? 16 : 1);
    MemoryPlan memory = memoryPlan(dtype, batches, stack, lanes);
    TorchEngine engine =
        opened.add(
            TorchEngine.open(
                checkpoint,
                new TorchEngine.Options(
                    device, dtype, memory.resident(), OptionalInt.of(threads / memory.lanes()))));
    this.provenance = provenance(engine, dtype, calibration, weights, tokenizerFile);
    this.slices = slices(engine, memory, batches, stack, dtype);
  }

  /**
   * Open what a plan names.
   *
   * @throws PrerequisiteException for whatever is missing or does not fit together
   */
  static SweepSession open(SweepPlan plan, Path digestCache, Map<String, String> environment) {
    Opened opened = new Opened();
    SweepSession session = null;
    try {
      session = new SweepSession(plan, opened, digestCache, environment);
      return session;
    } finally {
      if (session == null) {
        opened.close();
      }
    }
  }

  private Path tokenizerFile() {
    return checkpoint
        .tokenizerFile()
        .orElseThrow(() ->
            new PrerequisiteException(
                checkpoint.folder()
                    + ": no tokenizer.json. Save the fast tokenizer beside the weights:"
                    + " AutoTokenizer.from_pretrained(...).save_pretrained(folder)"));
  }

  private CalibrationSet calibration(Path tokenizerFile) {
    requireContext(plan.calibration().length());
    try (Tokenizer tokenizer = Tokenizer.open(tokenizerFile, checkpoint.config().vocabulary())) {
      return CalibrationSet.read(plan.calibration(), tokenizer);
    }
  }

  private void requireContext(int length) {
    int context = checkpoint.config().context();
    if (length > context) {
      throw new PrerequisiteException(
          "length " + length + ": the model was made for " + context + " tokens; lower --length");
    }
  }

  private Dtype dtype() {
    Dtype usual = device.gpu() ? checkpoint.config().storedDtype() : Dtype.FLOAT32;
    return plan.execution()
        .dtype()
        .map(id -> Dtype.byId(id).orElseThrow(() -> new IllegalArgumentException(id)))
        .orElse(usual);
  }

  private MemoryPlan memoryPlan(Dtype dtype, List<TokenBatch> batches, int stack, int lanes) {
    ModelConfig config = checkpoint.config();
    int positions = batches.stream().mapToInt(TokenBatch::positions).max().orElse(1);
    boolean copied = device.gpu() || dtype != config.storedDtype();
    long budget = plan.execution().memory().orElseGet(() -> DeviceMemory.freeBytes(device) / 2);
    return MemoryPlan.of(
        new MemoryPlan.Work(config, dtype, copied, positions, stack, lanes), budget);
  }

  private Provenance provenance(
      TorchEngine engine,
      Dtype dtype,
      CalibrationSet calibration,
      String weights,
      Path tokenizerFile) {
    return new Provenance(
        weights,
        WeightsDigest.sha256(tokenizerFile),
        calibration.digest(),
        calibration.rows().size(),
        calibration.tokens(),
        dtype.id(),
        engine.name(),
        device.gpu() ? engine.device() : engine.device() + ", " + threads + " threads",
        Version.current(),
        Runtime.version().toString(),
        checkpoint.config());
  }

  private EvaluatorSlices slices(
      TorchEngine engine, MemoryPlan memory, List<TokenBatch> batches, int stack, Dtype dtype) {
    ModelConfig config = checkpoint.config();
    BoundaryCache cache =
        opened.add(new BoundaryCache(plan.execution().boundaryCache() ? memory.cacheBytes() : 0));
    Evaluator evaluator =
        opened.add(
            new Evaluator(
                engine,
                config.sublayers(),
                cache,
                new Wavefront.Limits(stack, memory.chunkRows()),
                new Evaluator.Room(memory.lanes(), memory.variants())));
    long positions = batches.stream().mapToLong(TokenBatch::positions).sum();
    EvaluatorSlices.Bench bench =
        new EvaluatorSlices.Bench(
            config.sublayers(),
            batches,
            positions * config.hidden() * dtype.bytes(),
            DeviceMemory::peakResidentBytes);
    return new EvaluatorSlices(evaluator, cache, bench, plan.search());
  }

  /** The sweep on a journal; nothing runs yet. */
  Sweep sweep(Journal journal, List<SweepListener> listeners) {
    Reductions reductions =
        new Reductions(checkpoint.config(), checkpoint.layout(), plan.calibration().length());
    return new Sweep(
        plan, provenance, new Sweep.Parts(journal, strategy(), slices, reductions, listeners));
  }

  private Strategy strategy() {
    SweepPlan.Search search = plan.search();
    int blocks = checkpoint.config().blocks();
    return switch (search.strategy()) {
      case FINERCUT ->
          new FinerCutGreedy(
              search.objective(),
              new FinerCutGreedy.Space(
                  blocks, search.candidates(), search.ties(), search.exclude()));
      case RANDOM -> new RandomOrder(blocks, search.candidates(), search.seed());
      case REVERSE -> new ReverseOrder(blocks, search.candidates());
    };
  }

  @Override
  public void close() {
    opened.close();
  }
}
