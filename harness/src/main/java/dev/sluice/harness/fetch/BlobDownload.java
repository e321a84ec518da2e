package dev.sluice.harness.fetch;

import dev.sluice.scorers.PrerequisiteException;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/** Brings one file into the cache's blobs, going on where an earlier try ended. */
final class BlobDownload {
  /** Wrong bytes may be one bad copy on one server; twice is no accident. */
  private static final int WRONG = 2;

  private final HubClient client;
  private final HubListing listing;
  private final HubFile file;
  private final LongConsumer reached;

  /**
   * @param reached hears how many bytes of the file are here
   */
  BlobDownload(HubClient client, HubListing listing, HubFile file, LongConsumer reached) {
    this.client = client;
    this.listing = listing;
    this.file = file;
    this.reached = reached;
  }

  /** Download, check, and give it its name; returns when it is there. */
  void to(Path blob, Retries retries) throws InterruptedException {
    Path path = blob.resolveSibling(blob.getFileName() + ".incomplete");
    try (IncompleteBlob incomplete = IncompleteBlob.open(file, path)) {
      int wrong = 0;
      while (true) {
        fill(incomplete, retries);
        if (incomplete.right()) {
          incomplete.moveTo(blob);
          return;
        }
        wrong++;
        incomplete.discard();
        reached.accept(0);
        if (wrong == WRONG) {
          throw wrongAgain();
        }
      }
    }
  }

  private PrerequisiteException wrongAgain() {
    return new PrerequisiteException(
        file.path()
            + " of "
            + listing.repo()
            + " came "
            + WRONG
            + " times with bytes that are not those the hub names ("
            + file.etag()
            + "): they were thrown away. Check HF_ENDPOINT and any proxy, then try again");
  }

  private void fill(IncompleteBlob incomplete, Retries retries) throws InterruptedException {
    reached.accept(incomplete.length());
    while (!incomplete.full()) {
      long before = incomplete.length();
      try {
        receive(incomplete);
      } catch (TryAgain e) {
        if (incomplete.length() > before) {
          retries.progressed();
        }
        retries.failed(e);
      }
    }
  }

  private void receive(IncompleteBlob incomplete) throws TryAgain, InterruptedException {
    HubClient.Answer answer = client.open(listing, file, incomplete.length());
    try (Body body = answer.body()) {
      if (answer.start() != incomplete.length()) {
        incomplete.discard();
        reached.accept(0);
      }
      if (answer.start() != incomplete.length()) {
        throw new TryAgain("the server sent another part than was asked for");
      }
      byte[] buffer = new byte[1 << 17];
      for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
        if (read > file.size() - incomplete.length()) {
          incomplete.discard();
          throw new TryAgain("more came than the " + file.size() + " bytes that it has");
        }
        incomplete.append(buffer, read);
        reached.accept(incomplete.length());
      }
    }
    if (!incomplete.full()) {
      throw new TryAgain("it ended after " + incomplete.length() + " of " + file.size() + " bytes");
    }
  }
}
