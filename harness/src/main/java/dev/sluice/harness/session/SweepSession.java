package dev.sluice.harness.session;

import dev.sluice.benchmarks.task.ItemSource;
import dev.sluice.benchmarks.task.ScoringMode;
import dev.sluice.harness.answers.AnswerKey;
import dev.sluice.harness.engine.DeviceMemory;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.engine.Tokenizer;
import dev.sluice.harness.engine.TorchEngine;
import dev.sluice.harness.evaluation.Batcher;
import dev.sluice.harness.evaluation.BoundaryCache;
import dev.sluice.harness.evaluation.Evaluator;
import dev.sluice.harness.evaluation.Instruments;
import dev.sluice.harness.evaluation.MemoryPlan;
import dev.sluice.harness.evaluation.RowBatches;
import dev.sluice.harness.evaluation.SequenceScorer;
import dev.sluice.harness.evaluation.Wavefront;
import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.WeightMagnitudes;
import dev.sluice.harness.model.WeightsDigest;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.profile.DepthProfiler;
import dev.sluice.harness.strategy.Strategies;
import dev.sluice.harness.sweep.EvaluatorSlices;
import dev.sluice.harness.sweep.Journal;
import dev.sluice.harness.sweep.Provenance;
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

/** Everything that a plan needs in this process: the open model, its calibration rows, the device. */
public final class SweepSession implements AutoCloseable {
  private final SweepPlan plan;
  private final Opened opened;
  private final JournalFolder journals;
  private final Map<String, String> environment;
  private final OpenModel model;
  private final Provenance provenance;
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
    String weights = WeightsDigest.of(model.checkpoint(), journals.digestCache());
    CalibrationSet calibration = calibration();
    plan.search().task().ifPresent(t -> AccuracySlices.requireAccuracy(sources(t, t.rows())));
    List<TokenBatch> batches =
        new Batcher(execution.batchTokens()).even(calibration.rows(), model.mostLanes());
    int stack = execution.stack().orElse(model.usualStack());
    long budget = budget();
    MemoryPlan memory = memoryPlan(batches, stack, budget);
    TorchEngine engine = opened.add(model.engine(memory.resident(), memory.lanes()));
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

  private CalibrationSet calibration() {
    requireContext(plan.calibration().length());
    try (Tokenizer tokenizer = model.tokenizer()) {
      return CalibrationSet.read(plan.calibration(), tokenizer);
    }
  }

  private void requireContext(int length) {
    int context = model.config().context();
    if (length > context) {
      throw new PrerequisiteException(
          "length " + length + ": the model was made for " + context + " tokens; lower --length");
    }
  }

  private long budget() {
    return plan.execution().memory().orElseGet(() -> DeviceMemory.freeBytes(model.device()) / 2);
  }

  private MemoryPlan memoryPlan(List<TokenBatch> batches, int stack, long budget) {
    int positions = batches.stream().mapToInt(TokenBatch::positions).max().orElse(1);
    int lanes = Math.clamp(batches.size(), 1, model.mostLanes());
    if (plan.search().task().isPresent()) {
      positions = Math.max(positions, questions().positions(plan.execution().batchTokens()));
      lanes = model.mostLanes();
    }
    return MemoryPlan.of(
        new MemoryPlan.Work(model.config(), model.dtype(), model.copied(), positions, stack, lanes),
        budget);
  }

  private Provenance provenance(TorchEngine engine, CalibrationSet calibration, String weights) {
    return new Provenance(
        weights,
        WeightsDigest.sha256(model.tokenizerFile()),
        calibration.digest(),
        calibration.rows().size(),
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
                new Wavefront(engine, config.sublayers(), cache, limits, instruments),
                cache,
                new Evaluator.Room(memory.lanes(), memory.variants()),
                instruments));
    RowBatches batches =
        new RowBatches(new Batcher(plan.execution().batchTokens()), rows, model.mostLanes());
    EvaluatorSlices.Bench bench =
        new EvaluatorSlices.Bench(
            config.sublayers(),
            batches,
            batches.positions() * config.stateWidth() * model.dtype().bytes(),
            profiler(engine, memory, batches),
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
        new Strategies.Ground(model.config().blocks(), provenance.rows(), this::magnitude));
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
