package dev.sluice.harness.fetch;

import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * A repository's folder in the cache, as the hub's own library lays it out: {@code blobs} by etag,
 * {@code snapshots/COMMIT} with relative links to them, {@code refs} with the commits of branches.
 */
record HubFolder(Path cache, HubRepo repo) {

  private Path folder() {
    return cache.resolve(repo.folderName());
  }

  Path snapshot(String commit) {
    return folder().resolve("snapshots").resolve(commit);
  }

  Path blob(HubFile file) {
    return folder().resolve("blobs").resolve(file.etag());
  }

  /** Make the folders and take the right to write them. */
  RepoLock lock() {
    Path locks = cache.resolve(".locks").resolve(repo.folderName());
    try {
      Files.createDirectories(folder().resolve("blobs"));
      Files.createDirectories(locks);
      return RepoLock.take(locks.resolve("sluice.lock"), repo);
    } catch (IOException e) {
      throw IncompleteBlob.unwritable(cache, e);
    }
  }

  /** Whether the blob is there; that it is right was checked when it came. */
  boolean has(HubFile file) {
    return size(blob(file)) == file.size();
  }

  /** Bytes of a file that are there, all of it or what has arrived. */
  long present(HubFile file) {
    Path blob = blob(file);
    long partial = Math.max(0, size(blob.resolveSibling(blob.getFileName() + ".incomplete")));
    return has(file) ? file.size() : partial <= file.size() ? partial : 0;
  }

  private static long size(Path path) {
    try {
      return Files.isRegularFile(path) ? Files.size(path) : -1;
    } catch (IOException e) {
      return -1;
    }
  }

  /**
   * @throws PrerequisiteException if fewer bytes than these are free
   */
  void needs(long bytes) {
    try {
      long free = Files.getFileStore(folder()).getUsableSpace();
      if (free < bytes) {
        throw new PrerequisiteException(
            repo
                + " needs "
                + Shown.bytes(bytes)
                + " more in "
                + cache
                + ", where "
                + Shown.bytes(free)
                + " are free: make room, or set HF_HUB_CACHE to a folder on a larger disk");
      }
    } catch (IOException e) {
      throw IncompleteBlob.unwritable(folder(), e);
    }
  }

  /**
   * Show the blobs under their names, then let the revision stand for the commit: a reader finds the
   * snapshot before or the whole new one.
   */
  Path publish(HubListing listing, List<HubFile> files) {
    Path snapshot = snapshot(listing.commit());
    try {
      for (HubFile file : files) {
        link(snapshot.resolve(file.path()), blob(file), file.size());
      }
      if (!repo.revision().equals(listing.commit())) {
        refer(folder().resolve("refs").resolve(repo.revision()), listing.commit());
      }
      return snapshot;
    } catch (UnsupportedOperationException | FileSystemException e) {
      throw new PrerequisiteException(
          snapshot
              + " cannot be linked to its blobs: "
              + Shown.reason(e)
              + ". Set HF_HUB_CACHE to a folder that you may write, on a disk with symbolic links",
          e);
    } catch (IOException e) {
      throw IncompleteBlob.unwritable(snapshot, e);
    }
  }

  private static void link(Path name, Path blob, long size) throws IOException {
    if (size(name) == size) {
      return;
    }
    Path parent = Files.createDirectories(name.resolveSibling("."));
    Path fresh = name.resolveSibling("." + name.getFileName() + ".sluice-new");
    Files.deleteIfExists(fresh);
    Files.createSymbolicLink(fresh, parent.normalize().relativize(blob.normalize()));
    Files.move(fresh, name, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void refer(Path ref, String commit) throws IOException {
    if (Files.isRegularFile(ref, LinkOption.NOFOLLOW_LINKS)
        && Files.readString(ref).strip().equals(commit)) {
      return;
    }
    Files.createDirectories(ref.resolveSibling("."));
    Path fresh = ref.resolveSibling(ref.getFileName() + ".sluice-new");
    Files.writeString(fresh, commit);
    Files.move(fresh, ref, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
