package dev.sluice.harness.tasks;

import dev.sluice.benchmarks.dataset.RowTally;
import dev.sluice.benchmarks.task.ItemSource;
import dev.sluice.benchmarks.task.Task;
import dev.sluice.harness.answers.Answers;
import dev.sluice.harness.answers.Encoded;
import dev.sluice.harness.answers.Examiner;
import dev.sluice.harness.answers.ItemEncoder;
import dev.sluice.harness.answers.ItemEncoder.Asked;
import dev.sluice.harness.variant.Variant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
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
    private final RowTally rows;
    private final Map<String, TaskTally> tallies = new LinkedHashMap<>();

    Part(Source source, Iterable<String> variants) {
      this.source = source;
      this.rows = source.items().tally();
      variants.forEach(name -> tallies.put(name, new TaskTally(source.task())));
    }
  }

  /**
   * @param variants by name, each once
   */
  public TaskEvaluation(Map<String, Variant> variants, List<Source> sources) {
    this.variants = new LinkedHashMap<>(variants);
    sources.forEach(source -> parts.add(new Part(source, variants.keySet())));
  }

  /**
   * All answers, in the order of tasks and items, tallied as they pass. To be subscribed to once; the
   * tallies may be read when it has ended.
   */
  public Flux<Answers<Asked>> run(Examiner examiner, ItemEncoder encoder) {
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
                    Mono.fromCallable(() -> encoder.encode(asked))
                        .subscribeOn(Schedulers.boundedElastic()),
                CONCURRENCY,
                1);
    return examiner.answers(items, List.copyOf(variants.values())).doOnNext(this::add);
  }

  private void add(Answers<Asked> answers) {
    Part part = parts.get(answers.item().place());
    part.tallies.forEach((name, tally) ->
        tally.add(
            answers.item().item(), answers.of(variants.getOrDefault(name, Variant.intact()))));
  }

  /** What was found so far: one entry a task, then one for each group of them. */
  public List<TaskResults.OfTask> results() {
    List<TaskResults.OfTask> results =
        new ArrayList<>(parts.stream().map(TaskEvaluation::result).toList());
    results.addAll(TaskGroups.of(parts.stream().map(p -> p.source.task()).toList(), results));
    return results;
  }

  /** Every variant but the first against the first, on every task that has right answers. */
  public List<PairedDifference> differences() {
    List<PairedDifference> found = new ArrayList<>();
    for (Part part : parts) {
      List<Boolean> baseline = part.tallies.values().iterator().next().right();
      part.tallies.entrySet().stream()
          .skip(1)
          .filter(entry -> !baseline.isEmpty())
          .forEach(entry ->
              found.add(
                  PairedDifference.of(
                      part.source.task().name(),
                      entry.getKey(),
                      baseline,
                      entry.getValue().right())));
    }
    return PairedDifference.adjusted(found);
  }

  private static TaskResults.OfTask result(Part part) {
    Map<String, TaskResults.OfVariant> found = new LinkedHashMap<>();
    part.tallies.forEach((name, tally) ->
        found.put(name, new TaskResults.OfVariant(tally.scores(), tally.nearTies())));
    Task task = part.source.task();
    return new TaskResults.OfTask(
        task.name(), task.version(), part.source.shots(), part.rows.skipped(), found);
  }

  /** Tell what is strange about the data: skipped rows, and numbers of rows that differ. */
  public void warnings(Consumer<String> to) {
    for (Part part : parts) {
      part.rows.messages().forEach(message -> to.accept("skipped: " + message));
      part.source.items().warning(part.rows).ifPresent(to);
    }
  }
}
