package dev.sluice.harness.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Digests of checkpoints that were computed before, in a JSON file: a map from folder, names, sizes
 * and times of the files to the digest. Losing it costs time only, so its errors are no failures.
 */
final class DigestCache {
  private static final System.Logger LOG = System.getLogger(DigestCache.class.getName());
  private static final long MAX_SIZE = 4L << 20;

  private final Path file;
  private final String folder;
  private final Optional<String> key;

  DigestCache(Path file, Checkpoint checkpoint) {
    this.file = file;
    this.folder = checkpoint.folder().toAbsolutePath().normalize() + "|";
    this.key = key(checkpoint);
  }

  Optional<String> get() {
    return key.map(k -> read().get(k)).filter(d -> d.matches("[0-9a-f]{64}"));
  }

  /** Remember the digest in place of what was known of the folder. */
  void put(String digest) {
    key.ifPresent(k -> {
      Map<String, String> digests = read();
      digests.keySet().removeIf(other -> other.startsWith(folder));
      digests.put(k, digest);
      write(digests);
    });
  }

  private Optional<String> key(Checkpoint checkpoint) {
    StringBuilder text = new StringBuilder(folder);
    try {
      // The config decides which tensors count.
      append(text, checkpoint.folder().resolve("config.json"));
      for (Path shard : checkpoint.shards()) {
        append(text, shard);
      }
      return Optional.of(text.toString());
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "no digest from the cache", e);
      return Optional.empty();
    }
  }

  private static void append(StringBuilder text, Path path) throws IOException {
    text.append(path.getFileName())
        .append(':')
        .append(Files.size(path))
        .append(':')
        .append(Files.getLastModifiedTime(path).to(TimeUnit.NANOSECONDS))
        .append('|');
  }

  private Map<String, String> read() {
    Map<String, String> digests = new TreeMap<>();
    if (Files.isRegularFile(file)) {
      try {
        StrictJson.tree(file, MAX_SIZE)
            .properties()
            .forEach(e -> digests.put(e.getKey(), e.getValue().asText()));
      } catch (PrerequisiteException e) {
        LOG.log(System.Logger.Level.DEBUG, "the cache of digests is ignored", e);
      }
    }
    return digests;
  }

  private void write(Map<String, String> digests) {
    try {
      Path parent = file.toAbsolutePath().getParent();
      if (parent == null) {
        return;
      }
      Files.createDirectories(parent);
      Path fresh = Files.createTempFile(parent, "digests", ".tmp");
      try {
        Files.write(fresh, new ObjectMapper().writeValueAsBytes(digests));
        Files.move(
            fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(fresh);
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "the digest is not cached", e);
    }
  }
}
