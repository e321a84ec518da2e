package dev.sluice.harness.session;

import dev.sluice.benchmarks.dataset.SplitFiles;
import dev.sluice.benchmarks.dataset.SplitMissingException;
import dev.sluice.benchmarks.dataset.Wanted;
import dev.sluice.benchmarks.task.Task;
import dev.sluice.benchmarks.task.TaskFiles;
import dev.sluice.harness.fetch.FileChoice;
import dev.sluice.harness.fetch.HubRepo;
import dev.sluice.harness.fetch.RepoType;
import dev.sluice.harness.model.HubCache;
import dev.sluice.scorers.PrerequisiteException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The splits of one data set that tasks need: those that are evaluated, and those of their shots.
 *
 * @param tasks of the same data set, at least one
 */
public record TaskFetch(String dataset, List<Task> tasks) {
  /** What the one configuration with the rows of all others is called. */
  private static final String ALL = "all";

  /** Downloads. */
  @FunctionalInterface
  public interface Fetcher {
    /** The folder of the snapshot. */
    Path fetch(HubRepo repo, FileChoice choice) throws InterruptedException;
  }

  /** One for each data set, in the order of the tasks. */
  public static List<TaskFetch> of(Collection<Task> tasks) {
    Map<String, List<Task>> byDataset = new LinkedHashMap<>();
    for (Task task : tasks) {
      byDataset.computeIfAbsent(task.source().dataset(), d -> new ArrayList<>()).add(task);
    }
    return byDataset.entrySet().stream()
        .map(e -> new TaskFetch(e.getKey(), List.copyOf(e.getValue())))
        .toList();
  }

  /**
   * Brings them, from the hub's conversion where the branch main has none.
   *
   * @throws PrerequisiteException if neither has the rows that are evaluated
   */
  public Path with(Fetcher fetcher, Optional<String> revision) throws InterruptedException {
    HubRepo repo = HubRepo.of(RepoType.DATASETS, dataset, revision);
    try {
      return fetcher.fetch(repo, choice(repo));
    } catch (SplitMissingException e) {
      if (revision.isPresent()) {
        throw unnamed(String.valueOf(e.getMessage()), e);
      }
      return converted(fetcher, e);
    }
  }

  private Path converted(Fetcher fetcher, SplitMissingException inMain)
      throws InterruptedException {
    HubRepo repo = new HubRepo(RepoType.DATASETS, dataset, HubCache.CONVERTED);
    try {
      return fetcher.fetch(repo, choice(repo));
    } catch (PrerequisiteException e) {
      throw unnamed(
          inMain.getMessage() + "; and of its branch " + HubCache.CONVERTED + ": " + e.getMessage(),
          e);
    }
  }

  private PrerequisiteException unnamed(String problem, PrerequisiteException cause) {
    return new PrerequisiteException(
        "%s. Where it has the rows under another name, 'sluice fetch dataset %s --files GLOB' brings them for --data TASK=FILE"
            .formatted(problem, dataset),
        cause);
  }

  private FileChoice choice(HubRepo repo) {
    return FileChoice.picked(paths -> pick(repo.toString(), paths));
  }

  private List<String> pick(String repo, List<String> paths) {
    Set<String> picked = new LinkedHashSet<>();
    for (Task task : tasks) {
      picked.addAll(files(repo, paths, TaskFiles.evaluated(task)));
      // Without shots the task can be asked all the same.
      TaskFiles.pool(task)
          .flatMap(pool -> ifThere(() -> files(repo, paths, pool)))
          .ifPresent(picked::addAll);
    }
    return List.copyOf(picked);
  }

  /** One file of all subjects instead of one for each, where several are wanted. */
  private List<String> files(String repo, List<String> paths, Wanted wanted) {
    Optional<List<String>> all =
        wanted.selects() && tasks.size() > 1
            ? ifThere(() -> SplitFiles.choose(repo, paths, wanted.of(ALL)))
            : Optional.empty();
    return all.orElseGet(() -> SplitFiles.choose(repo, paths, wanted));
  }

  private static Optional<List<String>> ifThere(Supplier<List<String>> files) {
    try {
      return Optional.of(files.get());
    } catch (SplitMissingException e) {
      return Optional.empty();
    }
  }
}
