package dev.sluice.benchmarks.dataset;

import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Folders and the files in them, named by paths with slashes; the root is the empty path. */
interface Folders {
  /** Names of the files in a folder, sorted; none where there is no such folder. */
  List<String> files(String folder);

  /** Names of the folders in a folder, sorted; none where there is no such folder. */
  List<String> folders(String folder);

  /** What lies on the disk. */
  static Folders on(Path root) {
    return new Folders() {
      @Override
      public List<String> files(String folder) {
        return names(root.resolve(folder), Files::isRegularFile);
      }

      @Override
      public List<String> folders(String folder) {
        return names(root.resolve(folder), Files::isDirectory);
      }
    };
  }

  private static List<String> names(Path folder, Predicate<Path> kind) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(kind).map(p -> p.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new PrerequisiteException("cannot list " + folder + ": " + e.getMessage(), e);
    }
  }

  /** What a list of the paths of all files says. */
  static Folders listed(Collection<String> paths) {
    return new Folders() {
      @Override
      public List<String> files(String folder) {
        return below(folder).filter(p -> p.indexOf('/') < 0).sorted().toList();
      }

      @Override
      public List<String> folders(String folder) {
        return below(folder)
            .filter(p -> p.indexOf('/') > 0)
            .map(p -> p.substring(0, p.indexOf('/')))
            .distinct()
            .sorted()
            .toList();
      }

      private Stream<String> below(String folder) {
        String start = folder.isEmpty() ? "" : folder + "/";
        return paths.stream()
            .filter(p -> p.startsWith(start))
            .map(p -> p.substring(start.length()));
      }
    };
  }
}
