package dev.sluice.harness.journal;

import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The right to write one sweep, or a folder's jobs, held by at most one writer on the machine. The system takes it back
 * when the process dies, however that happens. The lock file stays: removing it would let two
 * writers lock two files of the same name.
 */
final class WriterLock implements AutoCloseable {
  /**
   * Locks of this process. Asked before a lock file is touched: closing any second descriptor of it
   * would take the first one's lock away (POSIX).
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private static final int HOLDER_BYTES = 300;
  private static final Path KERNEL_HOST = Path.of("/proc/sys/kernel/hostname");

  private final Path key;
  private final FileChannel channel;

  private WriterLock(Path key, FileChannel channel) {
    this.key = key;
    this.channel = channel;
  }

  /**
   * What is to be written.
   *
   * @param file of the lock, in the folder
   * @param refusal says that it is being written by {@code %s}, and what to do
   */
  private record Target(String file, String refusal) {
    PrerequisiteException refused(String holder) {
      return new PrerequisiteException(refusal.formatted(holder));
    }
  }

  private static Target ofSweep(String sweep) {
    return new Target(
        sweep + ".sluice.lock",
        "sweep '"
            + sweep
            + "' is being written by %s: wait until that ends or stop it; 'sluice report' can read"
            + " meanwhile");
  }

  /** Take the lock or refuse, naming who has it. */
  static WriterLock acquire(Path folder, String sweep, Instant now) throws IOException {
    return acquire(folder, ofSweep(sweep), now);
  }

  /** Take the lock of a folder's jobs or refuse, naming who has it. */
  static WriterLock acquireJobs(Path folder, Instant now) throws IOException {
    String shown = folder.toString().replace("%", "%%");
    return acquire(
        folder,
        new Target(
            "jobs.lock",
            "the jobs in "
                + shown
                + " are served by %s: stop that service, or choose another folder with --journal"),
        now);
  }

  private static WriterLock acquire(Path folder, Target target, Instant now) throws IOException {
    Path key = folder.toRealPath().resolve(target.file());
    if (!HELD.add(key)) {
      throw target.refused("this process, " + pid());
    }
    WriterLock lock = null;
    try {
      lock = lock(key, target, now);
      return lock;
    } finally {
      if (lock == null) {
        HELD.remove(key);
      }
    }
  }

  /** Whether this process writes the sweep. */
  static boolean heldHere(Path folder, String sweep) throws IOException {
    return HELD.contains(folder.toRealPath().resolve(ofSweep(sweep).file()));
  }

  private static WriterLock lock(Path key, Target target, Instant now) throws IOException {
    FileChannel channel =
        FileChannel.open(
            key, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    WriterLock lock = null;
    try {
      FileLock taken = channel.tryLock();
      if (taken == null) {
        throw target.refused(holder(channel));
      }
      write(channel, pid() + " on " + host(System.getenv()) + " since " + now);
      lock = new WriterLock(key, channel);
      return lock;
    } catch (OverlappingFileLockException e) {
      throw target.refused("this process, " + pid());
    } finally {
      if (lock == null) {
        channel.close();
      }
    }
  }

  private static void write(FileChannel channel, String holder) throws IOException {
    channel.truncate(0);
    channel.write(ByteBuffer.wrap((holder + "\n").getBytes(StandardCharsets.UTF_8)), 0);
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(HOLDER_BYTES);
    channel.read(bytes, 0);
    String text = StandardCharsets.UTF_8.decode(bytes.flip()).toString();
    String line = text.lines().findFirst().orElse("").strip();
    return line.isEmpty() ? "another process" : line;
  }

  private static String pid() {
    return "process " + ProcessHandle.current().pid();
  }

  /** The machine's name without asking a name server, which may take long to answer. */
  private static String host(Map<String, String> environment) {
    try {
      if (Files.isReadable(KERNEL_HOST)) {
        return "host " + Files.readString(KERNEL_HOST).strip();
      }
    } catch (IOException e) {
      return "an unknown host";
    }
    String name = environment.getOrDefault("HOSTNAME", environment.get("COMPUTERNAME"));
    return name == null ? "an unknown host" : "host " + name;
  }

  @Override
  public void close() {
    try {
      channel.truncate(0);
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      HELD.remove(key);
    }
  }
}
