package dev.sluice.harness.fetch;

import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * Brings files of a repository on the hub into the local cache, where {@link
 * dev.sluice.harness.model.HubCache} and the hub's own library find them.
 */
public final class HubFiles {
  private static final long SMALL = 64L << 20;

  private final HubSettings settings;
  private final Pace pace;
  private final FetchListener listener;

  public HubFiles(HubSettings settings, Pace pace, FetchListener listener) {
    this.settings = settings;
    this.pace = pace;
    this.listener = listener;
  }

  /**
   * The folder of the snapshot, once all chosen files are in it and checked. What is there already is
   * not fetched again; what was begun is gone on with. Nobody sees a snapshot, or a branch that
   * stands for it, before it is whole.
   *
   * @throws PrerequisiteException if the hub refuses, gives up, or sends what it should not; if the
   *     disk is full; if another process fetches into the same folder
   */
  public Path fetch(HubRepo repo, FileChoice choice) throws InterruptedException {
    HubFolder folder = new HubFolder(settings.cache(), repo);
    try (HubClient client = new HubClient(settings, pace)) {
      HubListing listing = persistently("the file list of " + repo, () -> client.listing(repo));
      try (RepoLock _ = folder.lock()) {
        Work work = new Work(client, listing, folder);
        List<HubFile> files = work.described(choice.of(listing, work::small));
        work.bring(files);
        return folder.publish(listing, files);
      }
    }
  }

  /** A request that may have to be made more than once. */
  @FunctionalInterface
  private interface Request<T> {
    T make() throws TryAgain, InterruptedException;
  }

  private <T> T persistently(String what, Request<T> request) throws InterruptedException {
    Retries retries = new Retries(what, pace, listener);
    while (true) {
      try {
        return request.make();
      } catch (TryAgain e) {
        retries.failed(e);
      }
    }
  }

  /** One fetch under its lock. */
  private final class Work {
    private final HubClient client;
    private final HubListing listing;
    private final HubFolder folder;

    Work(HubClient client, HubListing listing, HubFolder folder) {
      this.client = client;
      this.listing = listing;
      this.folder = folder;
    }

    List<HubFile> described(List<HubFile> files) throws InterruptedException {
      List<HubFile> described = new ArrayList<>();
      for (HubFile file : files) {
        described.add(
            file.known() ? file : persistently(file.path(), () -> client.described(listing, file)));
      }
      return described;
    }

    byte[] small(HubFile file) throws InterruptedException {
      HubFile known = described(List.of(file)).getFirst();
      if (known.size() > SMALL) {
        throw new PrerequisiteException(
            file.path()
                + " of "
                + listing.repo()
                + " has "
                + Shown.bytes(known.size())
                + ", more than such a file can have: is it the right repository?");
      }
      bring(known, n -> {});
      try {
        return Files.readAllBytes(folder.blob(known));
      } catch (IOException e) {
        throw new PrerequisiteException(
            folder.blob(known) + " cannot be read: " + Shown.reason(e), e);
      }
    }

    void bring(List<HubFile> files) throws InterruptedException {
      List<HubFile> blobs = distinct(files);
      long all = blobs.stream().mapToLong(HubFile::size).sum();
      long here = blobs.stream().mapToLong(folder::present).sum();
      listener.planned(files.size(), all, here);
      folder.needs(all - here);
      for (HubFile file : blobs) {
        long others = here - folder.present(file);
        bring(file, n -> listener.reached(others + n));
        here = others + file.size();
      }
    }

    /** Files of equal content are one blob. */
    private static List<HubFile> distinct(List<HubFile> files) {
      Map<String, HubFile> blobs = new LinkedHashMap<>();
      files.forEach(f -> blobs.putIfAbsent(f.etag(), f));
      return List.copyOf(blobs.values());
    }

    private void bring(HubFile file, LongConsumer reached) throws InterruptedException {
      if (!folder.has(file)) {
        new BlobDownload(client, listing, file, reached)
            .to(folder.blob(file), new Retries(file.path(), pace, listener));
      }
    }
  }
}
