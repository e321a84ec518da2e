package dev.sluice.benchmarks.task;

import static java.util.Objects.requireNonNull;

import dev.sluice.benchmarks.dataset.SplitFiles;
import dev.sluice.benchmarks.dataset.Wanted;
import dev.sluice.scorers.PrerequisiteException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The files that a task reads.
 *
 * @param pool of its shots; null where it takes none
 */
public record TaskFiles(SplitFiles.Found evaluated, SplitFiles.@Nullable Found pool) {
  public TaskFiles {
    requireNonNull(evaluated, "evaluated");
  }

  /**
   * Finds the files of a task as {@link SplitFiles} says.
   *
   * @param place a folder, or the file of the evaluated split where no shots are taken
   * @param shots how many are asked for
   */
  public static TaskFiles in(Path place, Task task, int shots) {
    if (shots > 0 && Files.isRegularFile(place) && task.shots().isPresent()) {
      throw new PrerequisiteException(
          "%s is one file, %d shots of %s need split '%s' too: name both files, or their folder"
              .formatted(place, shots, task.name(), task.shots().get().split()));
    }
    return of(place, place, task, shots);
  }

  /** The same with a place of its own for the pool: a file or a folder each. */
  public static TaskFiles of(Path evaluated, Path pool, Task task, int shots) {
    SplitFiles.Found rows = SplitFiles.find(evaluated, evaluated(task));
    if (shots == 0) {
      return new TaskFiles(rows, null);
    }
    Wanted wanted =
        pool(task)
            .orElseThrow(() ->
                new PrerequisiteException(
                    "task %s takes no shots: ask for 0".formatted(task.name())));
    return new TaskFiles(rows, SplitFiles.find(pool, wanted));
  }

  /** The split that a task evaluates. */
  public static Wanted evaluated(Task task) {
    return wanted(task, task.source().split());
  }

  /** The split that its shots come from; empty where it takes none. */
  public static Optional<Wanted> pool(Task task) {
    return task.shots().map(shots -> wanted(task, shots.split()));
  }

  private static Wanted wanted(Task task, String split) {
    Source source = task.source();
    return new Wanted(
        task.groups().isEmpty() ? task.name() : task.groups().getFirst(),
        source.dataset(),
        source.config(),
        split,
        !source.select().isEmpty());
  }
}
