package dev.sluice.harness.service;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Folders that must not be left.
 *
 * @param roots real paths
 */
record Confinement(List<Path> roots) {
  /** A folder with more in it is not looked through, and is refused. */
  private static final int MOST_FILES = 50_000;

  Confinement {
    roots = List.copyOf(roots);
  }

  boolean holds(Path real) {
    return roots.stream().anyMatch(real::startsWith);
  }

  /** Where a path really is; empty where that is outside, or nothing is there. */
  Optional<Path> real(Path path) {
    try {
      return Optional.of(path.toRealPath()).filter(this::holds);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Whether everything in a folder, however deep, or a file itself, is inside. */
  boolean holdsAllOf(Path real) {
    Deque<Path> folders = new ArrayDeque<>();
    Set<Path> seen = new HashSet<>();
    if (!Files.isDirectory(real)) {
      return holds(real);
    }
    folders.add(real);
    int files = 0;
    while (!folders.isEmpty()) {
      Path folder = folders.remove();
      if (!seen.add(folder)) {
        continue;
      }
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
        for (Path entry : entries) {
          files++;
          if (files > MOST_FILES || !isInside(entry, folders)) {
            return false;
          }
        }
      } catch (IOException e) {
        return false;
      }
    }
    return true;
  }

  /** Whether an entry is inside; a folder is noted to be looked through. */
  private boolean isInside(Path entry, Deque<Path> folders) throws IOException {
    if (!Files.isSymbolicLink(entry)) {
      if (Files.isDirectory(entry)) {
        folders.add(entry);
      }
      return true;
    }
    if (!Files.exists(entry)) {
      // What a pruned hub cache leaves: nothing can be read through it.
      return holds(entry.resolveSibling(Files.readSymbolicLink(entry)).normalize());
    }
    Optional<Path> target = real(entry);
    target.filter(Files::isDirectory).ifPresent(folders::add);
    return target.isPresent();
  }
}
