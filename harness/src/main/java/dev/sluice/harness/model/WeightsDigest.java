package dev.sluice.harness.model;

import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What identifies weights: SHA-256 over name, type, shape and content of each tensor that the model
 * uses, in the order of names. How the tensors are spread over files does not matter.
 */
public final class WeightsDigest {
  private static final int CHUNK = 1 << 20;

  private WeightsDigest() {}

  /**
   * The digest in hexadecimal. Reads all weights unless {@code cacheFile} knows the digest for files
   * of the same names, sizes and times; a cache that cannot be read or written is done without.
   *
   * @throws PrerequisiteException if a weight is NaN or infinite
   */
  public static String of(Checkpoint checkpoint, Path cacheFile) {
    DigestCache cache = new DigestCache(cacheFile, checkpoint);
    return cache
        .get()
        .orElseGet(() -> {
          String digest = compute(checkpoint);
          cache.put(digest);
          return digest;
        });
  }

  /** The digest of a file's bytes in hexadecimal. */
  public static String sha256(Path file) {
    MessageDigest sha = sha256();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        sha.update(buffer, 0, n);
      }
    } catch (IOException e) {
      throw new PrerequisiteException(file + " cannot be read: " + e, e);
    }
    return HexFormat.of().formatHex(sha.digest());
  }

  /** The digest in hexadecimal, always computed; what was read is let go at once. */
  public static String compute(Checkpoint checkpoint) {
    MessageDigest sha = sha256();
    byte[] buffer = new byte[CHUNK];
    checkpoint
        .layout()
        .all()
        .map(WeightLayout.Slot::tensor)
        .collect(Collectors.toCollection(TreeSet::new))
        .forEach(name -> add(sha, checkpoint, checkpoint.tensor(name), buffer));
    return HexFormat.of().formatHex(sha.digest());
  }

  private static void add(
      MessageDigest sha, Checkpoint checkpoint, TensorInfo tensor, byte[] buffer) {
    String heading =
        tensor.name() + "\n" + tensor.dtype().safetensors() + "\n" + tensor.shape() + "\n";
    sha.update(heading.getBytes(StandardCharsets.UTF_8));
    MemorySegment data = checkpoint.data(tensor);
    FiniteScan scan = new FiniteScan(tensor.dtype());
    for (long at = 0; at < data.byteSize(); at += CHUNK) {
      int length = (int) Math.min(CHUNK, data.byteSize() - at);
      MemorySegment.copy(data, ValueLayout.JAVA_BYTE, at, buffer, 0, length);
      long bad = scan.firstBad(buffer, length);
      if (bad >= 0) {
        throw notFinite(checkpoint, tensor, at / tensor.dtype().bytes() + bad);
      }
      sha.update(buffer, 0, length);
      data.asSlice(at, length).unload();
    }
  }

  private static PrerequisiteException notFinite(
      Checkpoint checkpoint, TensorInfo tensor, long element) {
    return new PrerequisiteException(
        checkpoint.shards().get(tensor.file())
            + ": tensor "
            + tensor.name()
            + " "
            + tensor.shape()
            + " is NaN or infinite at element "
            + element
            + " (counted row by row from 0). Download the file again or repair the model");
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
