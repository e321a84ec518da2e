package dev.sluice.harness.verification;

import dev.sluice.benchmarks.task.ScoringMode;
import dev.sluice.harness.answers.RequestTokens;
import dev.sluice.harness.answers.SpecialTokens;
import dev.sluice.harness.engine.DeviceMemory;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.engine.TorchEngine;
import dev.sluice.harness.evaluation.Forward;
import dev.sluice.harness.evaluation.MemoryPlan;
import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.WeightsDigest;
import dev.sluice.harness.session.OpenModel;
import dev.sluice.harness.session.Opened;
import dev.sluice.harness.session.VariantList;
import dev.sluice.harness.session.Work;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.PrerequisiteException;
import dev.sluice.scorers.divergence.DivergenceSummary;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Runs an export and the variant that it should be beside each other on one text. */
public final class Verification implements AutoCloseable {
  /** Share of the largest logit; sums in another order differ by less, a wrong weight by more. */
  private static final double ROUNDING = 1e-4;

  private final VerificationRequest request;
  private final Opened opened = new Opened();
  private final ExportFiles files;
  private final VariantList.Named variant;
  private final OpenModel source;
  private final OpenModel export;
  private final int[][] rows;

  /**
   * What was found.
   *
   * @param form of the export
   * @param cuts that the export's own record names; the variant's where it has none
   * @param converted whether weights are stored in another type than the model's
   * @param worst the greatest distance of two logits
   * @param largest the variant's greatest logit, whatever its sign
   * @param summary the export against the variant, over all tokens with one before them
   * @param same whether this is the variant, as far as {@code tolerance} says
   */
  public record Found(
      String form,
      VariantList.Named variant,
      String cuts,
      boolean converted,
      double worst,
      double largest,
      DivergenceSummary summary,
      boolean same) {}

  /**
   * Open both.
   *
   * @throws PrerequisiteException for whatever is missing, damaged or does not fit together
   */
  public Verification(
      VerificationRequest request, JournalFolder journals, Map<String, String> environment) {
    this.request = request;
    boolean done = false;
    try {
      this.files = ExportFiles.at(request.export());
      files.requireUndamaged();
      this.source = opened.add(new OpenModel(request.model(), environment));
      this.variant = variant(journals);
      this.export = opened.add(new OpenModel(exported(), environment));
      requireAlike();
      this.rows = rows();
      done = true;
    } finally {
      if (!done) {
        opened.close();
      }
    }
  }

  private VariantList.Named variant(JournalFolder journals) {
    String weights = WeightsDigest.of(source.checkpoint(), journals.digestCache());
    List<VariantList.Named> named =
        new VariantList(source.config(), weights, journals).parse(request.against());
    if (named.size() != 1) {
      throw new PrerequisiteException(
          "--against "
              + request.against()
              + ": names "
              + named.size()
              + " variants. Verify against one at a time");
    }
    return named.getFirst();
  }

  private OpenModel.Choice exported() {
    OpenModel.Choice like = request.model();
    String folder =
        files.isGguf()
            ? opened.add(UnpackedGguf.of(files.weights())).folder().toString()
            : files.weights().toString();
    return new OpenModel.Choice(folder, like.device(), like.dtype(), like.threads());
  }

  private void requireAlike() {
    if (source.config().vocabulary() != export.config().vocabulary()) {
      throw new PrerequisiteException(
          "%s knows %d tokens, the model %d: it was made of another model. Name that one with --model"
              .formatted(
                  request.export(), export.config().vocabulary(), source.config().vocabulary()));
    }
  }

  private int[][] rows() {
    RequestTokens tokens =
        new RequestTokens(
            opened.add(source.tokenizer()),
            SpecialTokens.of(source.checkpoint().folder()),
            source.config().context(),
            ScoringMode.LM_EVAL);
    int length = Math.min(request.text().length(), source.config().context());
    int[] text = tokens.corpus(request.text().read());
    int count = Math.min(text.length / length, request.text().rows());
    if (count == 0) {
      throw new PrerequisiteException(
          "text of %d tokens: at least %d are needed. Give a longer --text or a smaller --length"
              .formatted(text.length, length));
    }
    int[][] rows = new int[count][];
    for (int i = 0; i < count; i++) {
      int[] row = Arrays.copyOfRange(text, i * length, (i + 1) * length);
      tokens.beginning().ifPresent(token -> row[0] = token);
      rows[i] = row;
    }
    return rows;
  }

  /** Run both on every row. */
  public Found run() {
    LogitComparison comparison = new LogitComparison();
    try (TorchEngine one = engine(source);
        TorchEngine other = engine(export)) {
      for (int[] row : rows) {
        TokenBatch batch = new TokenBatch(0, List.of(row));
        float[][] expected = Forward.logits(one, source.config(), batch, variant.variant());
        float[][] actual = Forward.logits(other, export.config(), batch, Variant.intact());
        for (int t = 0; t + 1 < row.length; t++) {
          comparison.add(expected[t], actual[t], row[t + 1]);
        }
      }
    }
    return found(comparison);
  }

  private TorchEngine engine(OpenModel model) {
    Work work = request.work();
    long memory = work.memory().orElseGet(() -> DeviceMemory.freeBytes(model.device()) / 2);
    MemoryPlan plan =
        MemoryPlan.of(
            new MemoryPlan.Work(
                model.config(), model.dtype(), model.copied(), rows[0].length, 1, 1),
            memory / 2);
    return model.engine(plan.resident(), 1);
  }

  private Found found(LogitComparison comparison) {
    DivergenceSummary summary = comparison.tally().summary();
    boolean converted = stored(source.checkpoint()) != stored(export.checkpoint());
    boolean exact = !converted && source.dtype() == Dtype.FLOAT32;
    double bound = ROUNDING * Math.max(1, comparison.largest());
    boolean same =
        Math.abs(summary.ratio().value() - 1) <= request.tolerance()
            && (!exact || comparison.worst() <= bound);
    return new Found(
        files.form(),
        variant,
        files.cuts().orElse(variant.variant().toString()),
        converted,
        comparison.worst(),
        comparison.largest(),
        summary,
        same);
  }

  private static Dtype stored(Checkpoint checkpoint) {
    return checkpoint.tensor(checkpoint.layout().outside().getFirst().tensor()).dtype();
  }

  @Override
  public void close() {
    opened.close();
  }
}
