package dev.sluice.harness.session;

import dev.sluice.harness.answers.RequestTokens;
import dev.sluice.harness.answers.SpecialTokens;
import dev.sluice.harness.depths.DepthFindings;
import dev.sluice.harness.engine.DeviceMemory;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.engine.Tokenizer;
import dev.sluice.harness.engine.TorchEngine;
import dev.sluice.harness.evaluation.Batcher;
import dev.sluice.harness.evaluation.MemoryPlan;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.WeightMagnitudes;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.profile.DepthProfiler;
import dev.sluice.harness.profile.SeparabilityProbe;
import dev.sluice.harness.profile.TaylorProfiler;
import dev.sluice.harness.tasks.TaskEvaluation;
import dev.sluice.scorers.DepthProfile;
import dev.sluice.scorers.PrerequisiteException;
import dev.sluice.scorers.Separability;
import dev.sluice.scorers.TaylorScores;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;

/** Everything that a profile of the intact model needs in this process. For one thread. */
public final class ProfileSession implements AutoCloseable {
  private final Opened opened = new Opened();
  private final Request request;
  private final OpenModel model;
  private final List<TokenBatch> batches;
  private final Optional<LabelledPrompts> prompts;
  private final List<TokenBatch> promptBatches;
  private final MemoryPlan memory;
  private final TorchEngine engine;
  private final Map<String, String> facts = new LinkedHashMap<>();

  /**
   * What a user asked for.
   *
   * @param task whose questions are probed; the first where there are several
   * @param taylor whether gradients are taken
   */
  public record Request(
      OpenModel.Choice model,
      SweepPlan.Calibration calibration,
      Optional<TaskRequest> task,
      boolean taylor,
      Work work) {}

  /**
   * Open what is asked for.
   *
   * @throws PrerequisiteException for whatever is missing or does not fit together
   */
  public ProfileSession(Request request, Map<String, String> environment) {
    this.request = request;
    boolean done = false;
    try {
      this.model = opened.add(new OpenModel(request.model(), environment));
      SweepSession.requireContext(model.config(), request.calibration().length());
      Optional<TaskEvaluation.Source> source =
          request.task().map(task -> task.sources(environment).getFirst());
      CalibrationSet calibration;
      try (Tokenizer tokenizer = model.tokenizer()) {
        calibration = CalibrationSet.pool(request.calibration(), tokenizer);
        this.prompts = source.map(task -> prompts(task, tokenizer));
      }
      Batcher batcher = new Batcher(request.work().batchTokens());
      this.batches = batcher.even(calibration.rows(), model.mostLanes());
      this.promptBatches =
          prompts.map(p -> batcher.even(p.rows(), model.mostLanes())).orElse(List.of());
      this.memory = memory();
      this.engine = opened.add(model.engine(memory.resident(), memory.lanes()));
      describe(calibration);
      done = true;
    } finally {
      if (!done) {
        opened.close();
      }
    }
  }

  private LabelledPrompts prompts(TaskEvaluation.Source source, Tokenizer tokenizer) {
    return LabelledPrompts.read(
        source,
        new RequestTokens(
            tokenizer,
            SpecialTokens.of(model.checkpoint().folder()),
            model.config().context(),
            source.items().mode()));
  }

  private MemoryPlan memory() {
    int lanes = Math.clamp(Math.max(batches.size(), promptBatches.size()), 1, model.mostLanes());
    return MemoryPlan.of(
        new MemoryPlan.Work(
            model.config(), model.dtype(), model.copied(), positions(), model.usualStack(), lanes),
        request.work().memory().orElseGet(() -> DeviceMemory.freeBytes(model.device()) / 2));
  }

  /** Of the largest batch. */
  private int positions() {
    return Stream.concat(batches.stream(), promptBatches.stream())
        .mapToInt(TokenBatch::positions)
        .max()
        .orElse(1);
  }

  private void describe(CalibrationSet calibration) {
    SweepPlan.Calibration text = request.calibration();
    facts.put("model", model.checkpoint().folder().toString());
    facts.put("text", text.file());
    facts.put("rows", "%d (%d tokens)".formatted(calibration.rows().size(), calibration.tokens()));
    facts.put("row digest", "sha256:" + calibration.digest());
    facts.put("dtype", model.dtype().id());
    facts.put("device", model.place(engine));
    facts.put("engine", engine.name());
    facts.put("sluice", Release.current());
  }

  /** Compute all that was asked for. */
  public DepthFindings run() {
    // First what may be refused.
    Optional<DepthFindings.Probed> probed = prompts.map(this::probe);
    DepthProfile profile = profile();
    Optional<TaylorScores> taylor = request.taylor() ? Optional.of(taylor()) : Optional.empty();
    return new DepthFindings(
        facts, profile, WeightMagnitudes.of(model.checkpoint()), taylor, probed);
  }

  private DepthFindings.Probed probe(LabelledPrompts labelled) {
    try (SeparabilityProbe probe =
        new SeparabilityProbe(engine, model.config().sublayers(), lanes())) {
      Separability found =
          probe
              .probe(Flux.fromIterable(promptBatches), labelled.labels())
              .blockOptional()
              .orElseThrow();
      return new DepthFindings.Probed(
          labelled.task(), labelled.classes(), labelled.leftOut(), found);
    }
  }

  private DepthProfile profile() {
    try (DepthProfiler profiler = new DepthProfiler(engine, model.config().sublayers(), lanes())) {
      return profiler.profile(Flux.fromIterable(batches)).blockOptional().orElseThrow();
    }
  }

  /** All depths of a batch are alive at once, in as many lanes as there is room for. */
  private int lanes() {
    long bytes = DepthProfiler.bytesPerPosition(model.config(), model.dtype()) * positions();
    return Math.clamp(memory.cacheBytes() / bytes, 1, memory.lanes());
  }

  private TaylorScores taylor() {
    TaylorProfiler.Limits limits = new TaylorProfiler.Limits(group(), memory.chunkRows());
    try (TaylorProfiler profiler = new TaylorProfiler(engine, model.config().sublayers(), limits)) {
      return profiler.scores(Flux.fromIterable(batches)).blockOptional().orElseThrow();
    }
  }

  /** Sublayers whose summed gradients, in float32, fit into half of what is left over. */
  private int group() {
    ModelConfig config = model.config();
    long largest =
        config.sublayerList().stream()
            .mapToLong(model.checkpoint().layout()::parameters)
            .max()
            .orElse(1);
    return Math.clamp(memory.cacheBytes() / 2 / Float.BYTES / largest, 1, config.sublayers());
  }

  @Override
  public void close() {
    opened.close();
  }
}
