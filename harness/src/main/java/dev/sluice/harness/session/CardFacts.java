package dev.sluice.harness.session;

import dev.sluice.benchmarks.task.Metric;
import dev.sluice.harness.export.Export;
import dev.sluice.harness.export.ExportFormat;
import dev.sluice.harness.export.text.ModelCard;
import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.WeightsDigest;
import dev.sluice.harness.tasks.Evaluation;
import dev.sluice.harness.tasks.EvaluationReader;
import dev.sluice.harness.tasks.ScoredVariant;
import dev.sluice.harness.tasks.TaskGroups;
import dev.sluice.harness.tasks.TaskResults;
import dev.sluice.harness.tasks.TaskScore;
import dev.sluice.harness.variant.Reductions;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.PrerequisiteException;
import dev.sluice.scorers.statistics.ConfidenceInterval;
import dev.sluice.scorers.statistics.Wilson;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** Gathers what the card of an export says from a folder of journals. */
public final class CardFacts {
  private static final double CONFIDENCE = 0.95;
  private static final double STANDARD_ERRORS = 1.96;
  private final JournalFolder journals;

  public CardFacts(JournalFolder journals) {
    this.journals = journals;
  }

  /**
   * The facts of an export, with the results of every evaluation of the same cuts of the same weights;
   * of several of one task the newest.
   *
   * @param notes of its exporter
   */
  public ModelCard.Facts of(Export export, ExportFormat format, List<String> notes) {
    Checkpoint checkpoint = export.checkpoint();
    String weights = WeightsDigest.of(checkpoint, journals.digestCache());
    List<String> all = new ArrayList<>(notes);
    List<ModelCard.Result> results = results(export.variant(), weights, all);
    return new ModelCard.Facts(
        export.name(),
        new ModelCard.Source(
            export.cuts().origin().model().orElseGet(() -> checkpoint.folder().toString()),
            checkpoint.config().family(),
            checkpoint.config().blocks(),
            weights),
        format,
        export.cuts(),
        new Reductions(checkpoint.config(), checkpoint.layout(), Reductions.USUAL_LENGTH)
            .of(export.variant()),
        Reductions.USUAL_LENGTH,
        results,
        all,
        Release.current());
  }

  private List<ModelCard.Result> results(Variant variant, String weights, List<String> notes) {
    List<Found> found = new ArrayList<>();
    for (String name : journals.evaluations()) {
      try {
        EvaluationReader reader = journals.evaluation(name);
        ofSame(reader.evaluation(), variant, weights)
            .map(scored -> new Found(reader.evaluation(), results(reader, scored)))
            .ifPresent(found::add);
      } catch (PrerequisiteException e) {
        notes.add("Evaluation " + name + " cannot be read: its results, if any, are missing here.");
      }
    }
    found.sort(Comparator.comparing((Found f) -> f.evaluation().started()).reversed());
    Set<List<Object>> seen = new HashSet<>();
    return found.stream()
        .flatMap(f -> f.results().stream())
        .filter(r -> seen.add(List.of(r.task(), r.metric(), r.shots())))
        .sorted(Comparator.comparing(ModelCard.Result::task))
        .toList();
  }

  /** What one evaluation says of a variant. */
  private record Found(Evaluation evaluation, List<ModelCard.Result> results) {}

  private static Optional<ScoredVariant> ofSame(
      Evaluation evaluation, Variant variant, String weights) {
    boolean same = ("sha256:" + weights).equals(evaluation.provenance().get("weights"));
    return same ? named(evaluation, variant) : Optional.empty();
  }

  private static Optional<ScoredVariant> named(Evaluation evaluation, Variant variant) {
    return evaluation.variants().stream().filter(v -> v.variant().equals(variant)).findFirst();
  }

  private static List<ModelCard.Result> results(EvaluationReader reader, ScoredVariant variant) {
    Evaluation evaluation = reader.evaluation();
    Optional<ScoredVariant> intact = named(evaluation, Variant.intact());
    List<TaskResults.OfTask> own = reader.items(item -> {}).results();
    List<TaskResults.OfTask> tasks = new ArrayList<>(own);
    tasks.addAll(TaskGroups.of(evaluation.tasks(), own));
    List<ModelCard.Result> results = new ArrayList<>();
    for (TaskResults.OfTask task : tasks) {
      for (TaskScore score : scores(task, variant.name())) {
        OptionalDouble whole =
            intact.stream()
                .flatMap(v -> scores(task, v.name()).stream())
                .filter(s -> s.metric() == score.metric())
                .mapToDouble(TaskScore::value)
                .findFirst();
        results.add(
            new ModelCard.Result(
                task.task(),
                score.metric().id(),
                task.shots(),
                score.documents(),
                score.value(),
                interval(score, own.contains(task)),
                whole,
                described(evaluation)));
      }
    }
    return results;
  }

  private static List<TaskScore> scores(TaskResults.OfTask task, String variant) {
    TaskResults.OfVariant found = task.variants().get(variant);
    return found == null ? List.of() : found.scores();
  }

  /** A mean over tasks is no share of items, so its error is its own. */
  private static Optional<ConfidenceInterval> interval(TaskScore score, boolean oneTask) {
    boolean share = score.metric() == Metric.ACC || score.metric() == Metric.ACC_NORM;
    if (share && oneTask) {
      long right = Math.round(score.value() * score.documents());
      return Optional.of(Wilson.interval(right, score.documents(), CONFIDENCE));
    }
    return score.standardError().isPresent()
        ? Optional.of(around(score.value(), score.standardError().getAsDouble()))
        : Optional.empty();
  }

  private static ConfidenceInterval around(double value, double error) {
    double half = STANDARD_ERRORS * error;
    return new ConfidenceInterval(value - half, value + half, CONFIDENCE);
  }

  private static String described(Evaluation evaluation) {
    Map<String, String> from = evaluation.provenance();
    return "%s (%s, %s)"
        .formatted(
            evaluation.name(),
            from.getOrDefault("engine", "engine not known"),
            from.getOrDefault("dtype", "type not known"));
  }
}
