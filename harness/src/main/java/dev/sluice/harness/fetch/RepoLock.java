package dev.sluice.harness.fetch;

import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The right to fetch into one repository's folder, held by at most one on the machine. The system
 * takes it back when the process dies; the file stays.
 */
final class RepoLock implements AutoCloseable {
  /** Closing a second descriptor of a file would give up this process's lock of it (POSIX). */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final FileChannel channel;

  private RepoLock(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  static RepoLock take(Path given, HubRepo repo) throws IOException {
    Path path = given.toAbsolutePath().normalize();
    if (!HELD.add(path)) {
      throw refusal(repo, "this process");
    }
    boolean taken = false;
    try {
      RepoLock lock = open(path, repo);
      taken = true;
      return lock;
    } finally {
      if (!taken) {
        HELD.remove(path);
      }
    }
  }

  private static RepoLock open(Path path, HubRepo repo) throws IOException {
    FileChannel channel =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    boolean taken = false;
    try {
      if (channel.tryLock() == null) {
        throw refusal(repo, holder(channel));
      }
      channel.truncate(0);
      String process = "process " + ProcessHandle.current().pid();
      channel.write(ByteBuffer.wrap(process.getBytes(StandardCharsets.US_ASCII)), 0);
      taken = true;
      return new RepoLock(path, channel);
    } catch (OverlappingFileLockException e) {
      throw refusal(repo, "this process");
    } finally {
      if (!taken) {
        channel.close();
      }
    }
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(64);
    channel.read(bytes, 0);
    String text = StandardCharsets.US_ASCII.decode(bytes.flip()).toString();
    return text.matches("process \\d+") ? text : "another process";
  }

  private static PrerequisiteException refusal(HubRepo repo, String holder) {
    return new PrerequisiteException(
        repo.id()
            + " is being fetched by "
            + holder
            + ": wait until that ends, then run the same command if anything is missing");
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw IncompleteBlob.unwritable(path, e);
    } finally {
      HELD.remove(path);
    }
  }
}
