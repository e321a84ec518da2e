package dev.sluice.harness.divergence;

import dev.sluice.benchmarks.task.ScoringMode;
import dev.sluice.harness.answers.RequestTokens;
import dev.sluice.harness.answers.SpecialTokens;
import dev.sluice.harness.engine.DeviceMemory;
import dev.sluice.harness.engine.TorchEngine;
import dev.sluice.harness.evaluation.BoundaryCache;
import dev.sluice.harness.evaluation.MemoryPlan;
import dev.sluice.harness.evaluation.Wavefront;
import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.model.WeightsDigest;
import dev.sluice.harness.session.OpenModel;
import dev.sluice.harness.session.Opened;
import dev.sluice.harness.session.VariantList;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.PrerequisiteException;
import dev.sluice.scorers.divergence.DivergenceSummary;
import dev.sluice.scorers.divergence.DivergenceTally;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A variant's predictions of a text against the intact model's, or against a base file's. */
public final class DivergenceRun implements AutoCloseable {
  private final Opened opened = new Opened();
  private final DivergenceRequest request;
  private final OpenModel model;
  private final VariantList.Named variant;
  private final Optional<BaseFile> base;
  private final Chunks chunks;
  private final ChunkScorer scorer;
  private final Map<String, String> facts = new LinkedHashMap<>();

  /**
   * What a run found.
   *
   * @param facts what the numbers depend on, by name
   * @param saved whether a base file was written, and nothing compared
   * @param context tokens of a chunk
   * @param running the means after each chunk
   */
  public record Found(
      Map<String, String> facts,
      boolean saved,
      Variant variant,
      int context,
      List<DivergenceSummary> running,
      DivergenceTally tally) {}

  /**
   * Open what is asked for.
   *
   * @throws PrerequisiteException for whatever is missing or does not fit together
   */
  public DivergenceRun(
      DivergenceRequest request, JournalFolder journals, Map<String, String> environment) {
    this.request = request;
    boolean done = false;
    try {
      this.model = opened.add(new OpenModel(request.model(), environment));
      this.variant = variant(journals);
      this.base = request.base().map(this::base);
      this.chunks = chunks();
      requireContext();
      this.scorer = scorer();
      done = true;
    } finally {
      if (!done) {
        opened.close();
      }
    }
  }

  private VariantList.Named variant(JournalFolder journals) {
    if (request.changed().sweep().isPresent()) {
      String weights = WeightsDigest.of(model.checkpoint(), journals.digestCache());
      String text = request.changed().sweep().get();
      List<VariantList.Named> named =
          new VariantList(model.config(), weights, journals).parse(text);
      if (named.size() != 1) {
        throw new PrerequisiteException("--sweep " + text + ": one variant at a time");
      }
      return named.getFirst();
    }
    Variant cut =
        Variant.parse(request.changed().cut().orElse("intact")).requireWithin(model.config());
    return new VariantList.Named(cut.toString(), cut);
  }

  private Chunks chunks() {
    RequestTokens tokens =
        new RequestTokens(
            opened.add(model.tokenizer()),
            SpecialTokens.of(model.checkpoint().folder()),
            model.config().context(),
            ScoringMode.LM_EVAL);
    int most = request.text().chunks().orElse(Integer.MAX_VALUE);
    return base.isPresent()
        ? Chunks.ofBase(base.get(), tokens.beginning(), most)
        : Chunks.ofText(
            tokens.corpus(request.text().read()),
            request.text().context(),
            tokens.beginning(),
            most);
  }

  private BaseFile base(Path file) {
    BaseFile base = opened.add(BaseFile.open(file));
    int vocabulary = model.config().vocabulary();
    if (base.vocabulary() != vocabulary) {
      throw new PrerequisiteException(
          "--base %s: made by a model of %d tokens, this one has %d. Take a base of the same vocabulary"
              .formatted(file, base.vocabulary(), vocabulary));
    }
    for (int token : base.tokens()) {
      if (token < 0 || token >= vocabulary) {
        throw new PrerequisiteException(
            "--base %s: token %d, the model knows 0 to %d. The file is damaged: write it again"
                .formatted(file, token, vocabulary - 1));
      }
    }
    return base;
  }

  private void requireContext() {
    int longest = model.config().context();
    if (chunks.context() > longest) {
      throw new PrerequisiteException(
          "chunks of %d tokens: the model was made for %d. Take a smaller --context"
              .formatted(chunks.context(), longest));
    }
  }

  private ChunkScorer scorer() {
    int positions = Math.max(chunks.context(), request.work().batchTokens());
    int stack = model.usualStack();
    MemoryPlan memory =
        MemoryPlan.of(
            new MemoryPlan.Work(model.config(), model.dtype(), model.copied(), positions, stack, 1),
            request.work().memory().orElseGet(() -> DeviceMemory.freeBytes(model.device()) / 2));
    TorchEngine engine = opened.add(model.engine(memory.resident(), 1));
    describe(engine);
    ChunkLogits logits = new ChunkLogits(engine, model.config(), variant.variant(), chunks);
    if (request.saved().isPresent()) {
      BaseFileWriter writer =
          opened.add(
              new BaseFileWriter(request.saved().get(), chunks, model.config().vocabulary()));
      return new BaseSaver(writer, chunks, logits);
    }
    if (base.isPresent()) {
      return new BaseScorer(base.get(), chunks, logits);
    }
    Wavefront wavefront =
        new Wavefront(
            engine,
            model.config().sublayers(),
            opened.add(new BoundaryCache(0)),
            new Wavefront.Limits(stack, memory.chunkRows()));
    return new WavefrontScorer(wavefront, variant.variant(), chunks, request.work().batchTokens());
  }

  private void describe(TorchEngine engine) {
    facts.put("model", model.checkpoint().folder().toString());
    facts.put("variant", variant.name());
    request.text().file().ifPresent(file -> facts.put("text", file.toString()));
    request.base().ifPresent(file -> facts.put("base", file.toString()));
    request.saved().ifPresent(file -> facts.put("saved", file.toString()));
    facts.put("dtype", model.dtype().id());
    facts.put("device", model.place(engine));
    facts.put("engine", engine.name());
  }

  /**
   * Score all chunks.
   *
   * @param ended is told the means so far after each chunk
   */
  public Found run(Consumer<List<DivergenceSummary>> ended) {
    DivergenceTally tally = new DivergenceTally();
    List<DivergenceSummary> running = new ArrayList<>();
    for (int first = 0; first < chunks.count(); first += scorer.together()) {
      int count = Math.min(scorer.together(), chunks.count() - first);
      scorer.score(
          first,
          count,
          tally,
          () -> {
            running.add(tally.summary());
            ended.accept(running);
          });
    }
    scorer.finish();
    return new Found(
        facts, request.saved().isPresent(), variant.variant(), chunks.context(), running, tally);
  }

  @Override
  public void close() {
    opened.close();
  }
}
