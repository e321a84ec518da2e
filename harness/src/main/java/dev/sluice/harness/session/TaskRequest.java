package dev.sluice.harness.session;

import dev.sluice.benchmarks.dataset.OnBadRow;
import dev.sluice.benchmarks.dataset.SplitMissingException;
import dev.sluice.benchmarks.task.ItemSource;
import dev.sluice.benchmarks.task.ScoringMode;
import dev.sluice.benchmarks.task.Task;
import dev.sluice.benchmarks.task.TaskFiles;
import dev.sluice.benchmarks.task.TaskLibrary;
import dev.sluice.harness.model.HubCache;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.tasks.TaskEvaluation;
import dev.sluice.scorers.PrerequisiteException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * Which tasks a user asks for, and where their data lies.
 *
 * @param names of tasks, groups and presets, or paths of task files, which end in {@code .yaml} or
 *     {@code .yml}
 * @param files of tasks of the user's own
 */
public record TaskRequest(List<String> names, List<Path> files, Places places, Asking asking) {

  /**
   * Where data lies: {@code PLACE} for all tasks, {@code TASK=PLACE} for one; without either it is
   * looked for in the hub's cache.
   *
   * @param shots where shots come from, if not from the same place
   */
  public record Places(List<String> data, List<String> shots) {}

  /**
   * How tasks are asked.
   *
   * @param shots empty takes the preset's
   * @param limit empty takes the preset's
   */
  public record Asking(
      ScoringMode mode, OptionalInt shots, Optional<ItemSource.Limit> limit, OnBadRow onBadRow) {}

  /** So many rows of a plan's task. */
  static TaskRequest of(SweepPlan.Task task, ItemSource.Limit limit) {
    return new TaskRequest(
        List.of(task.name()),
        List.of(),
        new Places(task.data().stream().toList(), List.of()),
        new Asking(ScoringMode.LM_EVAL, OptionalInt.empty(), Optional.of(limit), OnBadRow.FAIL));
  }

  /** Every task once, in the order asked for, with its files found. */
  public List<TaskEvaluation.Source> sources(Map<String, String> environment) {
    TaskLibrary library = TaskLibrary.shipped();
    for (Path file : files) {
      library = library.with(file);
    }
    List<TaskEvaluation.Source> sources = new ArrayList<>();
    for (String name : names) {
      if (isFile(name)) {
        library = library.with(Path.of(name));
      }
      for (TaskLibrary.Run run : runs(name, library)) {
        if (sources.stream().noneMatch(s -> s.task().name().equals(run.task().name()))) {
          sources.add(source(run, new Cached(run.task(), name, environment)));
        }
      }
    }
    return sources;
  }

  private static boolean isFile(String name) {
    return name.endsWith(".yaml") || name.endsWith(".yml");
  }

  private static List<TaskLibrary.Run> runs(String name, TaskLibrary library) {
    return isFile(name)
        ? TaskLibrary.load(Path.of(name)).stream()
            .flatMap(task -> library.find(task.name()).stream())
            .toList()
        : library.find(name);
  }

  private TaskEvaluation.Source source(TaskLibrary.Run run, Cached cached) {
    int shots = asking.shots().orElse(run.shots());
    TaskFiles found =
        place(places.data(), run.task())
            .map(place -> files(place, run.task(), shots))
            .orElseGet(() -> cached.files(place -> files(place, run.task(), shots)));
    ItemSource.Options options =
        new ItemSource.Options(
            asking.mode(),
            shots,
            asking.limit().orElseGet(() -> ItemSource.Limit.rows(run.limit())),
            ItemSource.Options.SEED,
            asking.onBadRow());
    return new TaskEvaluation.Source(run.task(), new ItemSource(run.task(), found, options), shots);
  }

  private TaskFiles files(Path place, Task task, int shots) {
    return place(places.shots(), task)
        .map(pool -> TaskFiles.of(place, pool, task, shots))
        .orElseGet(() -> TaskFiles.in(place, task, shots));
  }

  /** A place of the task's own, or of one of its groups, goes before the place of all. */
  private static Optional<Path> place(List<String> places, Task task) {
    List<String> names = new ArrayList<>(List.of(task.name()));
    names.addAll(task.groups());
    for (String name : names) {
      for (String place : places) {
        if (place.startsWith(name + "=")) {
          return Optional.of(Path.of(place.substring(name.length() + 1)));
        }
      }
    }
    return places.stream().filter(p -> p.indexOf('=') < 0).findFirst().map(Path::of);
  }

  /**
   * A task's data set in the hub's cache.
   *
   * @param asked the name that stands for the task in the request
   */
  private record Cached(Task task, String asked, Map<String, String> environment) {

    /** The files in the first snapshot that has them all. */
    TaskFiles files(Function<Path, TaskFiles> in) {
      HubCache.Snapshots snapshots = HubCache.dataset(task.source().dataset(), environment);
      List<String> problems = new ArrayList<>();
      for (Path snapshot : snapshots.found()) {
        try {
          return in.apply(snapshot);
        } catch (SplitMissingException e) {
          problems.add(String.valueOf(e.getMessage()));
        }
      }
      throw new PrerequisiteException(
          "task %s: %s. Run 'sluice fetch task %s', or name the folder with --data DIR or the file with --data %s=FILE"
              .formatted(
                  task.name(),
                  problems.isEmpty() ? notThere(snapshots.places()) : problems.getFirst(),
                  asked,
                  task.name()));
    }

    private String notThere(List<String> places) {
      String where = places.isEmpty() ? "" : ": looked at " + String.join(", ", places);
      return task.source().dataset() + " is not in the hub cache" + where;
    }
  }
}
