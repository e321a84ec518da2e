package dev.sluice.harness.tasks;

import dev.sluice.benchmarks.dataset.RowTally;
import dev.sluice.benchmarks.task.ItemSource;
import dev.sluice.benchmarks.task.RequestKind;
import dev.sluice.benchmarks.task.Task;
import dev.sluice.harness.answers.Answer;
import dev.sluice.harness.answers.Answers;
import dev.sluice.harness.answers.Encoded;
import dev.sluice.harness.answers.Examiner;
import dev.sluice.harness.answers.ItemEncoder;
import dev.sluice.harness.answers.ItemEncoder.Asked;
import dev.sluice.harness.answers.UnscorableException;
import dev.sluice.harness.variant.Variant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Puts tasks, one after the other, to named variants, and tallies their answers. */
public final class TaskEvaluation {
  /** Items that are being tokenised or wait for their turn. */
  private static final int CONCURRENCY =
      Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 16);

  private final Map<String, Variant> variants;
  private final List<Part> parts = new ArrayList<>();

  /**
   * A task and where its items come from.
   *
   * @param shots worked examples in each prompt
   */
  public record Source(Task task, ItemSource items, int shots) {}

  /** A task on its way. */
  private static final class Part {
    private final Source source;
    private final ScoredTask task;
    private final RowTally rows;
    private final Map<String, TaskTally> tallies = new LinkedHashMap<>();

    Part(Source source, Iterable<String> variants) {
      this.source = source;
      this.task = ScoredTask.of(source.task(), source.shots());
      this.rows = source.items().tally();
      variants.forEach(name -> tallies.put(name, new TaskTally(task, name)));
    }
  }

  /**
   * @param variants by name, each once
   */
  public TaskEvaluation(Map<String, Variant> variants, List<Source> sources) {
    this.variants = new LinkedHashMap<>(variants);
    sources.forEach(source -> parts.add(new Part(source, variants.keySet())));
  }

  /** An item with all that is known of its task and row, and the same as results keep it. */
  public record Scored(Answers<Asked> answers, ScoredItem item) {}

  /**
   * All answers, in the order of tasks and items, tallied as they pass. To be subscribed to once; the
   * tallies may be read when it has ended.
   */
  public Flux<Scored> run(Examiner examiner, ItemEncoder encoder) {
    parts.forEach(part -> encoder.requireContext(part.source.task()));
    Flux<Encoded<Asked>> items =
        Flux.range(0, parts.size())
            .concatMap(place -> {
              Part part = parts.get(place);
              return part.source
                  .items()
                  .items(part.rows)
                  .map(item -> new Asked(place, part.source.task(), item));
            })
            .flatMapSequential(
                asked ->
                    Mono.fromCallable(() -> encoded(encoder, asked))
                        .subscribeOn(Schedulers.boundedElastic()),
                CONCURRENCY,
                1)
            .concatMapIterable(Function.identity(), 1);
    return examiner
        .answers(items, List.copyOf(variants.values()))
        .bufferUntil(answers -> answers.item().last())
        .map(TaskEvaluation::together)
        .map(this::scored);
  }

  private List<Encoded<Asked>> encoded(ItemEncoder encoder, Asked asked) {
    Part part = parts.get(asked.place());
    try {
      List<Encoded<Asked>> pieces = encoder.encode(asked);
      boolean corpus = asked.task().request() == RequestKind.CORPUS;
      return corpus ? limited(pieces, part.source.items().limit()) : pieces;
    } catch (UnscorableException e) {
      part.source.items().unusable(asked.item(), e, part.rows);
      return List.of();
    }
  }

  private static <T> List<T> limited(List<T> windows, ItemSource.Limit limit) {
    int first = (int) Math.min(limit.skipped(), windows.size());
    return windows.subList(first, first + (int) limit.of(windows.size()));
  }

  /** The answers to the pieces of one item. */
  private static Answers<Asked> together(List<Answers<Asked>> pieces) {
    if (pieces.size() == 1) {
      return pieces.getFirst();
    }
    List<Integer> scored = new ArrayList<>();
    Map<Variant, List<Answer>> byVariant = new LinkedHashMap<>();
    for (Answers<Asked> piece : pieces) {
      scored.addAll(piece.scored());
      piece
          .byVariant()
          .forEach((variant, answers) ->
              byVariant.computeIfAbsent(variant, v -> new ArrayList<>()).addAll(answers));
    }
    return new Answers<>(pieces.getLast().item(), scored, byVariant);
  }

  private Scored scored(Answers<Asked> answers) {
    Asked asked = answers.item();
    Map<String, List<Answer>> byName = new LinkedHashMap<>();
    variants.forEach((name, variant) -> byName.put(name, answers.of(variant)));
    ScoredItem item =
        new ScoredItem(
            asked.place(),
            asked.item().docId(),
            LmEvalSample.documentHash(asked.item()),
            asked.item().requests(),
            asked.item().choices(),
            asked.item().gold(),
            asked.item().size(),
            answers.scored(),
            byName);
    parts.get(asked.place()).tallies.values().forEach(tally -> tally.add(item));
    return new Scored(answers, item);
  }

  /** The tasks in their order: an item's place among them is its {@link ScoredItem#task}. */
  public List<ScoredTask> tasks() {
    return parts.stream().map(part -> part.task).toList();
  }

  /** Where they come from, in the same order. */
  public List<Source> sources() {
    return parts.stream().map(part -> part.source).toList();
  }

  /** The SHA-256 of each data file: {@code data TASK}, and {@code shots TASK} where it takes shots. */
  public Map<String, String> dataDigests() {
    return DataDigests.of(sources());
  }

  /** What was found so far, one entry a task. Bootstraps, so it is called once. */
  public List<TaskResults.OfTask> results() {
    return parts.stream().map(TaskEvaluation::result).toList();
  }

  private static TaskResults.OfTask result(Part part) {
    Map<String, TaskResults.OfVariant> found = new LinkedHashMap<>();
    part.tallies.forEach((name, tally) ->
        found.put(name, new TaskResults.OfVariant(tally.scores(), tally.nearTies())));
    ScoredTask task = part.task;
    return new TaskResults.OfTask(
        task.name(), task.version(), task.shots(), part.rows.skipped(), found);
  }

  /** Tell what is strange about the data: skipped rows, and numbers of rows that differ. */
  public void warnings(Consumer<String> to) {
    for (Part part : parts) {
      part.rows.messages().forEach(message -> to.accept("skipped: " + message));
      part.source.items().warning(part.rows).ifPresent(to);
    }
  }
}
