package dev.sluice.benchmarks.dataset;

import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the files of a split in a folder, or in the list of a repository.
 *
 * <p>Looked into are the folder, then the folders in it that are called like the task, like the last
 * part of the data set's id and like the id. In each the first name that exists counts, of
 *
 * <ol>
 *   <li>{@code CONFIG.SPLIT}, {@code CONFIG_SPLIT}, {@code CONFIG-SPLIT}, {@code CONFIG/SPLIT} and
 *       the folder {@code CONFIG/SPLIT/}, all of these in {@code data} too,
 *   <li>where the task picks its rows itself, the same of the configuration {@code all},
 *   <li>{@code TASK.SPLIT}, {@code TASK_SPLIT}, {@code TASK-SPLIT},
 *   <li>{@code SPLIT}; where the task names no configuration also {@code SPLIT/}, both in {@code
 *       data} too, and those of the configuration {@code default}
 * </ol>
 *
 * with any end that {@link DocumentFormat} knows, as one file or in parts. Where the task names no
 * configuration, and the folder is that of the data set alone, the only configuration in it serves.
 * Nothing else in the folder is taken for the split: a file of another name has to be named itself.
 */
public final class SplitFiles {
  private SplitFiles() {}

  /**
   * The files of a split.
   *
   * @param ofConfig whether its name says that it holds the wanted configuration alone
   */
  public record Found(DocumentFile file, boolean ofConfig) {}

  /**
   * The split's files in a folder; a file that is named itself is taken as it is.
   *
   * @throws SplitMissingException if there are none; the message says what was looked for
   * @throws PrerequisiteException if there are too many, or too few parts
   */
  public static Found find(Path place, Wanted wanted) {
    if (!Files.exists(place)) {
      throw new PrerequisiteException(
          "no file or folder " + place.toAbsolutePath() + ": check the path");
    }
    if (!Files.isDirectory(place)) {
      return new Found(new DocumentFile(place), false);
    }
    SplitLayout layout = new SplitLayout(wanted);
    for (Path folder : folders(place, wanted)) {
      Optional<SplitLayout.Match> match = in(folder, layout, own(folder, wanted));
      if (match.isPresent()) {
        return new Found(only(folder, match.get().sets()), match.get().ofConfig());
      }
    }
    throw missing(place.toString(), wanted, contents(place) + ". Name the file itself");
  }

  /**
   * The paths of a split's files in a repository of the data set; of several formats the preferred
   * one.
   *
   * @param paths of all files
   * @throws SplitMissingException if there are none
   * @throws PrerequisiteException if there are too few parts
   */
  public static List<String> choose(String repository, Collection<String> paths, Wanted wanted) {
    return new SplitLayout(wanted)
        .in(Folders.listed(paths), true)
        .map(match -> match.sets().getFirst())
        .orElseThrow(() -> missing(repository, wanted, some(paths.stream().sorted().toList())));
  }

  private static List<Path> folders(Path place, Wanted wanted) {
    return Stream.of("", wanted.task(), wanted.datasetName(), wanted.dataset())
        .map(place::resolve)
        .filter(Files::isDirectory)
        .distinct()
        .toList();
  }

  private static Optional<SplitLayout.Match> in(Path folder, SplitLayout layout, boolean own) {
    try {
      return layout.in(Folders.on(folder), own);
    } catch (PrerequisiteException e) {
      throw new PrerequisiteException(folder + ": " + e.getMessage(), e);
    }
  }

  /** Whether a folder is named like the data set, or is a snapshot of it in the hub's cache. */
  private static boolean own(Path folder, Wanted wanted) {
    Path whole = folder.toAbsolutePath().normalize();
    String inCache = "datasets--" + wanted.dataset().replace("/", "--");
    return whole.endsWith(wanted.datasetName())
        || whole.endsWith(wanted.task())
        || (whole.getNameCount() > 2
            && whole.getName(whole.getNameCount() - 3).toString().equals(inCache));
  }

  private static DocumentFile only(Path folder, List<List<String>> sets) {
    if (sets.size() > 1) {
      throw new PrerequisiteException(
          folder.resolve(sets.get(0).getFirst())
              + " and "
              + folder.resolve(sets.get(1).getFirst())
              + " both hold the split: name one of them");
    }
    return new DocumentFile(sets.getFirst().stream().map(folder::resolve).toList());
  }

  private static SplitMissingException missing(String place, Wanted wanted, String contents) {
    return new SplitMissingException(
        "no rows of split '%s' of %s in %s: looked for %s with %s; there is %s"
            .formatted(
                wanted.split(),
                wanted.dataset(),
                place,
                String.join(", ", new SplitLayout(wanted).shown()),
                String.join(" ", DocumentFormat.allSuffixes()),
                contents));
  }

  private static String contents(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return some(files.map(f -> f.getFileName().toString()).sorted().toList());
    } catch (IOException e) {
      throw new PrerequisiteException("cannot list " + folder + ": " + e.getMessage(), e);
    }
  }

  private static String some(List<String> names) {
    String shown = names.stream().limit(12).collect(Collectors.joining(", "));
    return names.isEmpty() ? "nothing" : names.size() > 12 ? shown + " and more" : shown;
  }
}
