package dev.sluice.benchmarks.dataset;

import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the file of a split in a folder that the user names.
 *
 * <p>Looked into are the folder, then the folders in it that are called like the task and like the
 * last part of the data set's id. In each the first name that exists counts, of
 *
 * <ol>
 *   <li>{@code CONFIG.SPLIT}, {@code CONFIG_SPLIT}, {@code CONFIG-SPLIT}, {@code CONFIG/SPLIT},
 *   <li>{@code TASK.SPLIT}, {@code TASK_SPLIT}, {@code TASK-SPLIT},
 *   <li>{@code SPLIT}
 * </ol>
 *
 * with any end that {@link DocumentFormat} knows. Nothing else in the folder is taken for the
 * split: a file of another name has to be named itself.
 */
public final class SplitFiles {
  private SplitFiles() {}

  /**
   * What is looked for.
   *
   * @param dataset id on the hub, such as {@code allenai/ai2_arc}
   * @param config empty where the data set has one only
   */
  public record Wanted(String task, String dataset, String config, String split) {}

  /**
   * A file of a split.
   *
   * @param ofConfig whether its name says that it holds the wanted configuration alone
   */
  public record Found(DocumentFile file, boolean ofConfig) {}

  /**
   * The split's file in a folder; a file that is named itself is taken as it is.
   *
   * @throws PrerequisiteException if there is none; the message says what was looked for
   */
  public static Found find(Path place, Wanted wanted) {
    if (!Files.exists(place)) {
      throw new PrerequisiteException(
          "no file or folder " + place.toAbsolutePath() + ": check the path");
    }
    if (!Files.isDirectory(place)) {
      return new Found(new DocumentFile(place), false);
    }
    for (Path folder : folders(place, wanted)) {
      for (String name : ofConfig(wanted)) {
        List<Path> files = named(folder, name);
        if (!files.isEmpty()) {
          return new Found(only(files), true);
        }
      }
      for (String name : ofTask(wanted)) {
        List<Path> files = named(folder, name);
        if (!files.isEmpty()) {
          return new Found(only(files), false);
        }
      }
    }
    throw missing(place, wanted);
  }

  private static List<Path> folders(Path place, Wanted wanted) {
    String dataset = wanted.dataset().substring(wanted.dataset().lastIndexOf('/') + 1);
    return Stream.of(place, place.resolve(wanted.task()), place.resolve(dataset))
        .filter(Files::isDirectory)
        .distinct()
        .toList();
  }

  private static List<String> ofConfig(Wanted wanted) {
    return wanted.config().isEmpty()
        ? List.of()
        : Stream.of(".", "_", "-", "/")
            .map(between -> wanted.config() + between + wanted.split())
            .toList();
  }

  private static List<String> ofTask(Wanted wanted) {
    List<String> names = new ArrayList<>();
    for (String between : List.of(".", "_", "-")) {
      names.add(wanted.task() + between + wanted.split());
    }
    names.add(wanted.split());
    return names;
  }

  private static List<Path> named(Path folder, String name) {
    return DocumentFormat.allSuffixes().stream()
        .map(suffix -> folder.resolve(name + suffix))
        .filter(Files::isRegularFile)
        .toList();
  }

  private static DocumentFile only(List<Path> files) {
    if (files.size() > 1) {
      throw new PrerequisiteException(
          files.get(0) + " and " + files.get(1) + " both hold the split: name one of them");
    }
    return new DocumentFile(files.getFirst());
  }

  private static PrerequisiteException missing(Path place, Wanted wanted) {
    LinkedHashSet<String> names = new LinkedHashSet<>(ofConfig(wanted));
    names.addAll(ofTask(wanted));
    return new PrerequisiteException(
        "no rows of split '%s' of %s in %s: looked for %s with %s; there is %s. Name the file itself"
            .formatted(
                wanted.split(),
                wanted.dataset(),
                place,
                String.join(", ", names),
                String.join(" ", DocumentFormat.allSuffixes()),
                contents(place)));
  }

  private static String contents(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      List<String> names = files.map(f -> f.getFileName().toString()).sorted().limit(13).toList();
      String shown = names.stream().limit(12).collect(Collectors.joining(", "));
      return names.isEmpty() ? "nothing" : names.size() > 12 ? shown + " and more" : shown;
    } catch (IOException e) {
      throw new PrerequisiteException("cannot list " + folder + ": " + e.getMessage(), e);
    }
  }
}
