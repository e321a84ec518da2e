package dev.sluice.harness.session;

import dev.sluice.benchmarks.task.ItemSource;
import dev.sluice.benchmarks.task.ScoringMode;
import dev.sluice.harness.answers.AnswerKey;
import dev.sluice.harness.engine.DeviceMemory;
import dev.sluice.harness.engine.Engine;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.engine.Tokenizer;
import dev.sluice.harness.engine.TorchEngine;
import dev.sluice.harness.evaluation.Batcher;
import dev.sluice.harness.evaluation.BoundaryCache;
import dev.sluice.harness.evaluation.Evaluator;
import dev.sluice.harness.evaluation.Instruments;
import dev.sluice.harness.evaluation.MemoryPlan;
import dev.sluice.harness.evaluation.SequenceScorer;
import dev.sluice.harness.evaluation.Wavefront;
import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.HubCache;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.WeightMagnitudes;
import dev.sluice.harness.model.WeightsDigest;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.profile.DepthProfiler;
import dev.sluice.harness.profile.RowDifficulty;
import dev.sluice.harness.profile.RowScorer;
import dev.sluice.harness.profile.TaylorProfiler;
import dev.sluice.harness.strategy.Strategies;
import dev.sluice.harness.sweep.EvaluatorSlices;
import dev.sluice.harness.sweep.Journal;
import dev.sluice.harness.sweep.Provenance;
import dev.sluice.harness.sweep.RowBatches;
import dev.sluice.harness.sweep.SliceRunner;
import dev.sluice.harness.sweep.Strategy;
import dev.sluice.harness.sweep.Sweep;
import dev.sluice.harness.sweep.SweepListener;
import dev.sluice.harness.sweep.TimedJournal;
import dev.sluice.harness.tasks.TaskEvaluation;
import dev.sluice.harness.variant.Reductions;
import dev.sluice.scorers.PrerequisiteException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Flux;

/** Everything that a plan needs in this process: the open model, its calibration rows, the device. */
public final class SweepSession implements AutoCloseable {
  private final SweepPlan plan;
  private final Opened opened;
  private final JournalFolder journals;
  private final Map<String, String> environment;
  private final OpenModel model;
  private final Provenance provenance;
  private final Optional<Checkpoint> other;
  private final SliceRunner slices;
  private final Instruments instruments;
  private Optional<WeightMagnitudes> magnitudes = Optional.empty();

  private SweepSession(
      SweepPlan plan,
      Opened opened,
      JournalFolder journals,
      Map<String, String> environment,
      Instruments instruments) {
    this.plan = plan;
    this.opened = opened;
    this.journals = journals;
    this.environment = environment;
    this.instruments = instruments;
    SweepPlan.Execution execution = plan.execution();
    this.model =
        opened.add(
            new OpenModel(
                new OpenModel.Choice(
                    plan.model(), execution.device(), execution.dtype(), execution.threads()),
                environment));
    model.tokenizerFile();
    this.other =
        plan.search().treatment().other().map(o -> opened.add(otherCheckpoint(o, environment)));
    String weights = weights();
    CalibrationSet pool = pool();
    plan.search().task().ifPresent(t -> AccuracySlices.requireAccuracy(sources(t, t.rows())));
    long budget = budget();
    MemoryPlan memory = memoryPlan(pool, budget);
    TorchEngine engine = opened.add(model.engine(memory.resident(), memory.lanes()));
    CalibrationSet calibration = chosen(pool, engine, memory);
    this.provenance = provenance(engine, calibration, weights);
    BoundaryCache cache =
        opened.add(new BoundaryCache(execution.boundaryCache() ? memory.cacheBytes() : 0));
    instruments.opened(
        new Instruments.Machine(
            engine, model.device(), budget, cache::bytes, memory.lanes(), memory.variants()));
    opened.add(instruments::closed);
    EvaluatorSlices computed = slices(engine, memory, cache, calibration.rows());
    Optional<SweepPlan.Task> task = plan.search().task();
    this.slices = task.isPresent() ? asked(computed, task.get(), engine, memory) : computed;
  }

  /**
   * Open what a plan names.
   *
   * @throws PrerequisiteException for whatever is missing or does not fit together
   */
  public static SweepSession open(
      SweepPlan plan, JournalFolder journals, Map<String, String> environment) {
    return open(plan, journals, environment, Instruments.NONE);
  }

  /**
   * Open what a plan names, and tell instruments what happens there.
   *
   * @throws PrerequisiteException for whatever is missing or does not fit together
   */
  public static SweepSession open(
      SweepPlan plan,
      JournalFolder journals,
      Map<String, String> environment,
      Instruments instruments) {
    Opened opened = new Opened();
    SweepSession session = null;
    try {
      session = new SweepSession(plan, opened, journals, environment, instruments);
      return session;
    } finally {
      if (session == null) {
        opened.close();
      }
    }
  }

  private static Checkpoint otherCheckpoint(String name, Map<String, String> environment) {
    return Checkpoint.open(HubCache.find(name, environment));
  }

  /** Of both checkpoints where weights of two are mixed: no variant of the one alone has these. */
  private String weights() {
    String own = WeightsDigest.of(model.checkpoint(), journals.digestCache());
    return other.map(o -> own + "+" + WeightsDigest.of(o, journals.digestCache())).orElse(own);
  }

  private Engine.Treatment treatment(TorchEngine engine) {
    SweepPlan.Treatment treatment = plan.search().treatment();
    return switch (treatment.kind()) {
      case REMOVE -> Engine.Treatment.REMOVE;
      case DUPLICATE -> opened.add(engine.duplicate());
      case INTERPOLATE -> opened.add(engine.blend(other.orElseThrow(), treatment.alpha()));
    };
  }

  private CalibrationSet pool() {
    requireContext(model.config(), plan.calibration().length());
    try (Tokenizer tokenizer = model.tokenizer()) {
      return CalibrationSet.pool(plan.calibration(), tokenizer);
    }
  }

  /** Whether rows are no longer than what the model reads. */
  static void requireContext(ModelConfig config, int length) {
    int context = config.context();
    if (length > context) {
      throw new PrerequisiteException(
          "length " + length + ": the model was made for " + context + " tokens; lower --length");
    }
  }

  private long budget() {
    return plan.execution().memory().orElseGet(() -> DeviceMemory.freeBytes(model.device()) / 2);
  }

  private CalibrationSet chosen(CalibrationSet pool, TorchEngine engine, MemoryPlan memory) {
    return pool.at(
        RowSelection.places(
            plan.calibration(), pool.rows(), () -> difficulty(pool.rows(), engine, memory)));
  }

  private List<RowDifficulty> difficulty(List<int[]> rows, TorchEngine engine, MemoryPlan memory) {
    try (RowScorer scorer =
        new RowScorer(engine, model.config().sublayers(), memory.lanes(), memory.chunkRows())) {
      return scorer
          .rows(batcher().batches(Flux.fromIterable(rows)))
          .collectList()
          .blockOptional()
          .orElseThrow();
    }
  }

  private Batcher batcher() {
    return new Batcher(plan.execution().batchTokens());
  }

  /** Made before rows are chosen, for whichever they will be. */
  private MemoryPlan memoryPlan(CalibrationSet pool, long budget) {
    int positions = mostPositions(pool.rows());
    int lanes = Math.clamp(plan.calibration().sequences(), 1, model.mostLanes());
    if (plan.search().task().isPresent()) {
      positions = Math.max(positions, questions().positions(plan.execution().batchTokens()));
      lanes = model.mostLanes();
    }
    int stack = plan.execution().stack().orElse(model.usualStack());
    return MemoryPlan.of(
        new MemoryPlan.Work(model.config(), model.dtype(), model.copied(), positions, stack, lanes),
        budget);
  }

  /** In a batch: of the rows themselves where all are taken, else of any. */
  private int mostPositions(List<int[]> pool) {
    if (plan.calibration().select() == SweepPlan.Calibration.Select.FIRST) {
      List<TokenBatch> batches = batcher().even(pool, model.mostLanes());
      return batches.stream().mapToInt(TokenBatch::positions).max().orElse(1);
    }
    int longest = pool.stream().mapToInt(row -> row.length).max().orElse(1);
    return Math.min(pool.size() * longest, Math.max(plan.execution().batchTokens(), longest));
  }

  private Provenance provenance(TorchEngine engine, CalibrationSet calibration, String weights) {
    return new Provenance(
        weights,
        WeightsDigest.sha256(model.tokenizerFile()),
        calibration.digest(),
        calibration.rows().size(),
        calibration.places(),
        calibration.tokens(),
        model.dtype().id(),
        engine.name(),
        model.place(engine),
        Release.current(),
        Runtime.version().toString(),
        model.config());
  }

  private EvaluatorSlices slices(
      TorchEngine engine, MemoryPlan memory, BoundaryCache cache, List<int[]> rows) {
    ModelConfig config = model.config();
    int stack = plan.execution().stack().orElse(model.usualStack());
    Wavefront.Limits limits = new Wavefront.Limits(stack, memory.chunkRows());
    Evaluator evaluator =
        opened.add(
            new Evaluator(
                new Wavefront(
                    engine,
                    config.sublayers(),
                    limits,
                    new Wavefront.Manner(cache, treatment(engine), instruments)),
                cache,
                new Evaluator.Room(memory.lanes(), memory.variants()),
                instruments));
    RowBatches batches = new RowBatches(batcher(), rows, model.mostLanes());
    EvaluatorSlices.Bench bench =
        new EvaluatorSlices.Bench(
            config.sublayers(),
            batches,
            batches.positions() * config.stateWidth() * model.dtype().bytes(),
            new EvaluatorSlices.Profilers(
                profiler(engine, memory, batches), taylor(engine, memory)),
            DeviceMemory::peakResidentBytes);
    return new EvaluatorSlices(evaluator, cache, bench, plan.search());
  }

  private Questions questions() {
    return new Questions(model, opened, instruments);
  }

  private List<TaskEvaluation.Source> sources(SweepPlan.Task task, int rows) {
    return TaskRequest.of(task, ItemSource.Limit.rows(rows)).sources(environment);
  }

  /** Adds accuracies, asked on the engine that computes the rest. */
  private SliceRunner asked(
      SliceRunner computed, SweepPlan.Task task, TorchEngine engine, MemoryPlan memory) {
    Questions questions = questions();
    SweepPlan.Execution execution = plan.execution();
    SequenceScorer scorer =
        questions.scorer(engine, memory, execution.stack().orElse(model.usualStack()));
    AnswerKey.Identity identity =
        new AnswerKey.Identity(provenance.weightsDigest(), model.dtype().id(), engine.name());
    AccuracySlices.Desk desk =
        new AccuracySlices.Desk(
            questions.examiner(scorer, execution.batchTokens(), identity, journals.answers()),
            questions.encoder(ScoringMode.LM_EVAL),
            scorer,
            rows -> sources(task, rows));
    return new AccuracySlices(computed, desk, plan.search(), task, provenance.rows());
  }

  /** A profile holds all depths of a batch at once, in as many lanes as the cache has room for. */
  private DepthProfiler profiler(TorchEngine engine, MemoryPlan memory, RowBatches batches) {
    long bytes =
        DepthProfiler.bytesPerPosition(model.config(), model.dtype())
            * batches.all().stream().mapToInt(TokenBatch::positions).max().orElse(1);
    int lanes = Math.clamp(memory.cacheBytes() / bytes, 1, memory.lanes());
    return opened.add(new DepthProfiler(engine, model.config().sublayers(), lanes, instruments));
  }

  /** Sums of gradients in float32, of as many sublayers at once as the cache has room for. */
  private TaylorProfiler taylor(TorchEngine engine, MemoryPlan memory) {
    long largest =
        model.config().sublayerList().stream()
            .mapToLong(s -> 4 * model.checkpoint().layout().parameters(s))
            .max()
            .orElse(1);
    int group = Math.clamp(memory.cacheBytes() / largest, 1, model.config().sublayers());
    return opened.add(
        new TaylorProfiler(
            engine,
            model.config().sublayers(),
            new TaylorProfiler.Limits(group, memory.chunkRows()),
            instruments));
  }

  /** The sweep on a journal; nothing runs yet. */
  public Sweep sweep(Journal journal, List<SweepListener> listeners) {
    return sweep(plan, journal, slices, listeners);
  }

  /** What scores slices on this calibration set; for one thread. */
  public SliceRunner slices() {
    return slices;
  }

  /** Rows of tokens in the calibration set. */
  public int rows() {
    return provenance.rows();
  }

  /**
   * A sweep on a journal by another plan of the same model, text and way of computing.
   *
   * @param scoring what scores its slices
   */
  public Sweep sweep(
      SweepPlan other, Journal journal, SliceRunner scoring, List<SweepListener> listeners) {
    Reductions reductions =
        new Reductions(model.config(), model.checkpoint().layout(), plan.calibration().length());
    return new Sweep(
        other,
        provenance,
        new Sweep.Parts(
            new TimedJournal(journal, instruments),
            strategy(other),
            scoring,
            reductions,
            listeners));
  }

  private Strategy strategy(SweepPlan of) {
    return Strategies.of(
        of.search(),
        new Strategies.Ground(
            model.config().blocks(),
            model.config().ffn().experts(),
            provenance.rows(),
            this::magnitude));
  }

  private synchronized Strategies.Magnitude magnitude(Sublayer sublayer) {
    if (magnitudes.isEmpty()) {
      magnitudes = Optional.of(WeightMagnitudes.of(model.checkpoint()));
    }
    WeightMagnitudes all = magnitudes.orElseThrow();
    return new Strategies.Magnitude(all.l1().get(sublayer.index()), all.l2().get(sublayer.index()));
  }

  @Override
  public void close() {
    opened.close();
  }
}
