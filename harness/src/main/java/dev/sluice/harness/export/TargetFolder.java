package dev.sluice.harness.export;

import dev.sluice.harness.presentation.Quantities;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder that an export becomes. It is filled beside its place, under a name that begins with a
 * dot, and gets its own name when it is whole and on disk; closed before that, or killed, it leaves
 * nothing under that name. What killed processes left behind is removed by the next export to it.
 */
public final class TargetFolder implements AutoCloseable {
  private static final AtomicLong COUNT = new AtomicLong();

  /** Partial folders of this process; others under its number were left by one that had it before. */
  private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

  private final Path target;
  private final Path parent;
  private final Path partial;
  private final Thread hook = new Thread(this::remove, "export-leftovers");
  private volatile boolean published;

  private TargetFolder(Path target, Path parent) {
    this.target = target;
    this.parent = parent;
    this.partial = parent.resolve(name("partial"));
  }

  /**
   * Check that an export can be written there, and begin it.
   *
   * @param force whether an earlier export there is replaced
   * @param bytes that are going to be written
   * @throws PrerequisiteException if the place is taken, may not be written or has too little space
   */
  public static TargetFolder open(Path folder, boolean force, long bytes) {
    Path target = folder.toAbsolutePath().normalize();
    Path parent = target.getParent();
    if (parent == null) {
      throw new PrerequisiteException("--out " + folder + ": name a folder that is to be made");
    }
    if (!Files.isDirectory(parent)) {
      throw new PrerequisiteException(
          "--out %s: %s is no folder. Make it first, or choose another --out"
              .formatted(folder, parent));
    }
    TargetFolder opened = new TargetFolder(target, parent);
    try {
      opened.removeLeftovers();
      opened.requireFree(force);
      opened.requireSpace(bytes);
      opened.begin();
    } catch (IOException e) {
      throw new PrerequisiteException(
          "--out %s: %s cannot be written (%s). Check its rights, or choose another --out"
              .formatted(folder, parent, e),
          e);
    }
    return opened;
  }

  private void begin() throws IOException {
    OWN.add(partial);
    Files.createDirectory(partial);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void requireFree(boolean force) throws IOException {
    if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!force) {
      throw new PrerequisiteException(
          target + " is there already: choose another --out, or replace it with --force");
    }
    if (!Files.isDirectory(target)) {
      throw new PrerequisiteException(
          target + " is a file, and --force replaces folders only: choose another --out");
    }
    try (Stream<Path> content = Files.list(target)) {
      if (!Files.exists(target.resolve(ExportRecord.FILE)) && content.findAny().isPresent()) {
        throw new PrerequisiteException(
            "%s holds no %s, so it is no export, and --force replaces exports only: choose another --out"
                .formatted(target, ExportRecord.FILE));
      }
    }
  }

  private void requireSpace(long bytes) throws IOException {
    long free = Files.getFileStore(parent).getUsableSpace();
    if (free < bytes) {
      throw new PrerequisiteException(
          "--out %s: %s are needed and %s are free there. Make space, or choose another --out"
              .formatted(target, Quantities.bytes(bytes), Quantities.bytes(free)));
    }
  }

  /** Where to write, until {@link #publish()}. */
  public Path partial() {
    return partial;
  }

  /** The name that it gets. */
  public Path target() {
    return target;
  }

  /** Give the folder its name, once everything in it is on disk. */
  public void publish() throws IOException {
    DurableFiles.force(partial);
    Path replaced = parent.resolve(name("replaced"));
    OWN.add(replaced);
    boolean before = Files.exists(target, LinkOption.NOFOLLOW_LINKS);
    if (before) {
      Files.move(target, replaced, StandardCopyOption.ATOMIC_MOVE);
    }
    Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    published = true;
    DurableFiles.force(parent);
    if (before) {
      delete(replaced);
    }
    OWN.remove(replaced);
  }

  private String name(String kind) {
    return "%s%d-%d"
        .formatted(prefix(kind), ProcessHandle.current().pid(), COUNT.incrementAndGet());
  }

  private String prefix(String kind) {
    return "." + target.getFileName() + "." + kind + "-";
  }

  private void removeLeftovers() throws IOException {
    for (Path left : left("replaced")) {
      // Killed between two renames: the old export has no name, and the new one is not there.
      if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
        Files.move(left, target, StandardCopyOption.ATOMIC_MOVE);
      } else {
        delete(left);
      }
    }
    for (Path left : left("partial")) {
      delete(left);
    }
  }

  private List<Path> left(String kind) throws IOException {
    String prefix = prefix(kind);
    try (Stream<Path> all = Files.list(parent)) {
      return all.filter(f -> isLeft(f, prefix)).sorted().toList();
    }
  }

  private static boolean isLeft(Path folder, String prefix) {
    String name = folder.getFileName().toString();
    if (!name.startsWith(prefix) || !name.substring(prefix.length()).matches("\\d{1,18}-\\d+")) {
      return false;
    }
    String rest = name.substring(prefix.length());
    long pid = Long.parseLong(rest.substring(0, rest.indexOf('-')));
    return pid == ProcessHandle.current().pid()
        ? !OWN.contains(folder)
        : ProcessHandle.of(pid).isEmpty();
  }

  private static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path emptied, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(emptied);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Remove what was written, unless it was published. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is going down: the hook removes it.
      return;
    }
    remove();
  }

  private void remove() {
    if (!published) {
      try {
        if (Files.exists(partial)) {
          delete(partial);
        }
      } catch (IOException e) {
        // The next export to this target removes it; what ended this one matters more.
        return;
      }
    }
    OWN.remove(partial);
  }
}
