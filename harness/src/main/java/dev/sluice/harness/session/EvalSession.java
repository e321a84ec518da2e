package dev.sluice.harness.session;

import dev.sluice.harness.answers.AnswerKey;
import dev.sluice.harness.answers.Examiner;
import dev.sluice.harness.answers.ItemEncoder;
import dev.sluice.harness.engine.DeviceMemory;
import dev.sluice.harness.engine.TorchEngine;
import dev.sluice.harness.evaluation.Instruments;
import dev.sluice.harness.evaluation.MemoryPlan;
import dev.sluice.harness.evaluation.SequenceScorer;
import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.model.WeightsDigest;
import dev.sluice.harness.tasks.Evaluation;
import dev.sluice.harness.tasks.EvaluationListener;
import dev.sluice.harness.tasks.EvaluationReader;
import dev.sluice.harness.tasks.EvaluationWriter;
import dev.sluice.harness.tasks.LmEvalFiles;
import dev.sluice.harness.tasks.ScoredVariant;
import dev.sluice.harness.tasks.TaskEvaluation;
import dev.sluice.harness.tasks.TaskGroups;
import dev.sluice.harness.tasks.TaskResults;
import dev.sluice.harness.variant.Reductions;
import dev.sluice.harness.variant.Variant;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/** Everything that an evaluation needs in this process. */
public final class EvalSession implements AutoCloseable {
  private final Opened opened = new Opened();
  private final Instant start = Instant.now();
  private final JournalFolder journals;
  private final Request request;
  private final OpenModel model;
  private final List<VariantList.Named> variants;
  private final TaskEvaluation evaluation;
  private final ItemEncoder encoder;
  private final Examiner examiner;
  private final Instruments instruments;
  private final Map<String, String> provenance = new LinkedHashMap<>();

  /**
   * What a user asked for.
   *
   * @param variants as {@link VariantList} reads them
   * @param kept under what name, and where lm-eval's files are written
   */
  public record Request(
      OpenModel.Choice model, String variants, TaskRequest tasks, Work work, Kept kept) {}

  /**
   * What remains of an evaluation.
   *
   * @param name empty for one that is made of the model's
   * @param output folder of lm-eval's files
   */
  public record Kept(Optional<String> name, Optional<Path> output) {}

  /** An evaluation that has ended, and what it took. */
  public record Ended(EvaluationReader evaluation, TaskResults.Cost cost) {}

  public EvalSession(Request request, JournalFolder journals, Map<String, String> environment) {
    this(request, journals, environment, Instruments.NONE);
  }

  /** An evaluation that tells instruments what happens in it. */
  public EvalSession(
      Request request,
      JournalFolder journals,
      Map<String, String> environment,
      Instruments instruments) {
    this.request = request;
    this.instruments = instruments;
    this.journals = journals;
    boolean done = false;
    try {
      this.model = opened.add(new OpenModel(request.model(), environment));
      String weights = WeightsDigest.of(model.checkpoint(), journals.digestCache());
      this.variants = new VariantList(model.config(), weights, journals).parse(request.variants());
      this.evaluation = new TaskEvaluation(byName(), request.tasks().sources(environment));
      Questions questions = new Questions(model, opened, instruments);
      this.encoder = questions.encoder(request.tasks().asking().mode());
      this.examiner = examiner(questions, weights, journals);
      done = true;
    } finally {
      if (!done) {
        opened.close();
      }
    }
  }

  private Examiner examiner(Questions questions, String weights, JournalFolder journals) {
    int positions = questions.positions(request.work().batchTokens());
    long budget =
        request.work().memory().orElseGet(() -> DeviceMemory.freeBytes(model.device()) / 2);
    MemoryPlan memory =
        MemoryPlan.of(
            new MemoryPlan.Work(
                model.config(),
                model.dtype(),
                model.copied(),
                positions,
                model.usualStack(),
                model.mostLanes()),
            budget);
    TorchEngine engine = opened.add(model.engine(memory.resident(), memory.lanes()));
    instruments.opened(
        new Instruments.Machine(
            engine, model.device(), budget, () -> 0, memory.lanes(), memory.variants()));
    SequenceScorer scorer = questions.scorer(engine, memory, model.usualStack());
    opened.add(instruments::closed);
    AnswerKey.Identity identity =
        new AnswerKey.Identity(weights, model.dtype().id(), engine.name());
    describe(engine, weights);
    return questions.examiner(scorer, request.work().batchTokens(), identity, journals.answers());
  }

  private void describe(TorchEngine engine, String weights) {
    provenance.put("mode", request.tasks().asking().mode().id());
    provenance.put("dtype", model.dtype().id());
    provenance.put("device", model.place(engine));
    provenance.put("batch", batch());
    provenance.putAll(evaluation.dataDigests());
    provenance.put("model", model.checkpoint().folder().toString());
    provenance.put("weights", "sha256:" + weights);
    provenance.put("tokenizer", "sha256:" + WeightsDigest.sha256(model.tokenizerFile()));
    provenance.put("engine", engine.name());
    provenance.put("sluice", Release.current());
  }

  private Map<String, Variant> byName() {
    Map<String, Variant> byName = new LinkedHashMap<>();
    variants.forEach(v -> byName.put(v.name(), v.variant()));
    return byName;
  }

  /** In half precision what stands together in one native call may decide the last digits. */
  private String batch() {
    return "packs of %d tokens, items in order, shared beginnings once; up to %d states a call"
        .formatted(request.work().batchTokens(), model.usualStack());
  }

  /** Evaluate; empty if asked to stop before the end. */
  public Optional<Ended> run(List<EvaluationListener> listeners, BooleanSupplier stop) {
    long begun = System.nanoTime();
    Optional<LmEvalFiles> files = files();
    Evaluation head = head();
    EvaluationWriter writer = opened.add(journals.write(head));
    listeners.forEach(l -> l.started(head));
    evaluation
        .run(examiner, encoder)
        .doOnNext(scored -> files.ifPresent(f -> f.add(scored.answers())))
        .doOnNext(scored -> writer.add(scored.item()))
        .doOnNext(scored -> listeners.forEach(l -> l.answered(scored.item())))
        .takeUntil(scored -> stop.getAsBoolean())
        .blockLast();
    double seconds = (System.nanoTime() - begun) / 1e9;
    evaluation.warnings(line -> listeners.forEach(l -> l.note(line)));
    if (stop.getAsBoolean()) {
      return Optional.empty();
    }
    TaskResults.Cost cost =
        new TaskResults.Cost(seconds, examiner.tokensAsked(), examiner.tokensComputed());
    List<TaskResults.OfTask> results = evaluation.results();
    files.ifPresent(f -> f.finish(withGroups(results, cost), evaluation.sources()));
    Evaluation.End end = new Evaluation.End(results, cost);
    EvaluationReader written = writer.finish(end);
    listeners.forEach(l -> l.ended(end));
    return Optional.of(new Ended(written, cost));
  }

  /** Tokens computed so far; 0 while every answer was known. */
  public long tokensComputed() {
    return examiner.tokensComputed();
  }

  /** Items of all tasks, as far as their files tell; empty where one does not. */
  public OptionalLong expectedItems() {
    List<Long> rows =
        evaluation.sources().stream()
            .map(s -> s.items().limit().of(s.task().source().rows()))
            .toList();
    return rows.contains(0L)
        ? OptionalLong.empty()
        : OptionalLong.of(rows.stream().mapToLong(Long::longValue).sum());
  }

  private TaskResults withGroups(List<TaskResults.OfTask> results, TaskResults.Cost cost) {
    List<TaskResults.OfTask> all = new ArrayList<>(results);
    all.addAll(TaskGroups.of(evaluation.tasks(), results));
    return new TaskResults(byName(), all, cost, provenance);
  }

  private Evaluation head() {
    Reductions reductions =
        new Reductions(model.config(), model.checkpoint().layout(), Reductions.USUAL_LENGTH);
    List<ScoredVariant> scored =
        variants.stream()
            .map(v ->
                new ScoredVariant(
                    v.name(),
                    v.variant(),
                    model.config().blocks(),
                    reductions.of(v.variant()),
                    v.searched()))
            .toList();
    String name =
        request
            .kept()
            .name()
            .orElseGet(() -> modelName().replaceAll("[^A-Za-z0-9._-]", "_") + "-eval");
    return new Evaluation(name, start, scored, evaluation.tasks(), provenance);
  }

  private String modelName() {
    return model.checkpoint().folder().toAbsolutePath().normalize().getFileName().toString();
  }

  private Optional<LmEvalFiles> files() {
    return request
        .kept()
        .output()
        .map(folder -> opened.add(new LmEvalFiles(folder, modelName(), byName(), start)));
  }

  @Override
  public void close() {
    opened.close();
  }
}
